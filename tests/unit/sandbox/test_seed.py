from __future__ import annotations

import os
import stat
from pathlib import Path

from twinstack.sandbox import login, seed


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files(controllers: tuple[Path, ...] = ()) -> dict[str, seed.SeedFile]:
    return seed.files("cpu1", "10.78.0.1", ("secret", "ssh-ed25519 BBB host"), controllers)


def test_a_host_knows_itself() -> None:
    made = files()
    assert made["/etc/hostname"].text == "cpu1\n"
    assert made[seed.HOST_KEY].mode == 0o600


def test_no_two_hosts_are_the_same_machine() -> None:
    assert files()["/etc/machine-id"].text != files()["/etc/machine-id"].text
    assert len(files()["/etc/machine-id"].text) == 33


def test_old_hierarchies_are_made_writable_one_by_one() -> None:
    unit = files((Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup/memory")))
    text = unit["/etc/systemd/system/writable-cgroups.service"].text
    assert "ExecStart=mount -o remount,rw,bind /sys/fs/cgroup/cpu\n" in text
    assert "ExecStart=mount -o remount,rw,bind /sys/fs/cgroup/memory\n" in text
    assert "Before=sysinit.target" in text


def test_hosts_leave_the_machines_binary_formats_alone() -> None:
    assert files()["/etc/systemd/system/proc-sys-fs-binfmt_misc.automount"].text == ""


def test_one_hierarchy_needs_nothing() -> None:
    assert "remount" not in seed.writable_groups(())


def test_modes_do_not_depend_on_the_caller_s_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        seed.write(tmp_path, {**files(), **login.files("root", "ssh-ed25519 AAA operator", ())})
    finally:
        os.umask(before)
    assert mode(tmp_path / "etc") == 0o755
    assert mode(tmp_path / "etc/hostname") == 0o644
    assert mode(tmp_path / "root") == 0o700
    assert mode(tmp_path / "root/.ssh/authorized_keys") == 0o600
    assert (tmp_path / "etc/hostname").read_text() == "cpu1\n"
