from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path

import pytest

from twinstack.sandbox import prerequisites
from twinstack.sandbox.cgroups import Hierarchies
from twinstack.sandbox.command import CommandError, SandboxError
from twinstack.sandbox.prerequisites import LackingError, check, filesystem_of, install, missing_packages, require

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024  the shape of shutil.disk_usage


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine that has everything; tests take one thing away."""
    (tmp_path / "keyring").touch()
    (tmp_path / "systemd").mkdir()
    monkeypatch.setattr(prerequisites, "KEYRING", tmp_path / "keyring")
    monkeypatch.setattr(prerequisites, "_which", lambda program: f"/usr/bin/{program}")
    monkeypatch.setattr(prerequisites, "succeeds", lambda *_argv: True)
    monkeypatch.setattr(prerequisites, "filesystem_of", lambda *_args: "ext4")
    monkeypatch.setattr(prerequisites, "discover", lambda: Hierarchies((tmp_path / "systemd",), unified=False))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(os, "sysconf", lambda name: {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1 << 22}[name])
    monkeypatch.setattr(prerequisites.shutil, "disk_usage", lambda _path: Usage(0, 0, 1 << 40))
    return monkeypatch


def whats(home: Path) -> str:
    return "\n".join(lack.what for lack in check(home))


def test_a_complete_machine_lacks_nothing(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert machine
    assert check(tmp_path / "not/yet/there") == ()
    require(tmp_path)


def test_all_lacks_are_told_at_once_with_what_mends_them(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(os, "geteuid", lambda: 1000)
    machine.setattr(os, "cpu_count", lambda: 1)
    machine.setattr(prerequisites, "_which", lambda program: None if program == "mmdebstrap" else program)
    with pytest.raises(LackingError) as caught:
        require(tmp_path)
    text = str(caught.value)
    assert "root is needed" in text
    assert "one CPU" in text
    assert "apt-get update && apt-get install -y --no-install-recommends mmdebstrap" in text


def test_without_apt_the_packages_are_named(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(prerequisites, "_which", lambda _program: None)
    assert any(lack.mend.startswith("install what your distribution calls: ") for lack in check(tmp_path))


def test_packages_are_named_once(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(prerequisites, "_which", lambda _program: None)
    packages = missing_packages()
    assert len(packages) == len(set(packages))
    assert {"systemd-container", "mmdebstrap", "util-linux"} <= set(packages)


def test_the_archive_s_keys_are_a_package_too(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(prerequisites, "KEYRING", tmp_path / "missing")
    assert missing_packages() == ("debian-archive-keyring",)
    assert "keys of the Debian archive" in whats(tmp_path)


def test_a_full_disk(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(prerequisites.shutil, "disk_usage", lambda _path: Usage(0, 0, 1 << 30))
    assert "has 1.0 GiB free" in whats(tmp_path)


def test_a_file_system_that_cannot_carry_disks(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(prerequisites, "filesystem_of", lambda *_args: "overlay")
    assert "is on overlay" in whats(tmp_path)


def test_a_small_machine(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(os, "sysconf", lambda _name: 4096 if _name == "SC_PAGE_SIZE" else 1 << 18)
    assert "1.0 GiB of memory" in whats(tmp_path)


def test_no_control_groups(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(prerequisites, "discover", lambda: Hierarchies((), unified=False))
    assert "control groups are not mounted" in whats(tmp_path)


def test_old_control_groups_without_systemd_s(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(prerequisites, "discover", lambda: Hierarchies((tmp_path,), unified=False))
    assert "lack systemd's own hierarchy" in whats(tmp_path)


def test_a_name_that_overlays_cannot_take(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert machine
    assert "has a colon or comma" in whats(tmp_path / "a:b")


@pytest.mark.parametrize("kind", ["bridge", "veth"])
def test_a_kernel_without_an_interface_kind(machine: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    machine.setattr(prerequisites, "succeeds", lambda *argv: kind not in argv)
    assert whats(tmp_path) == f"the kernel has no {kind} interfaces"


def test_a_root_that_may_not_make_namespaces(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(prerequisites, "succeeds", lambda *argv: argv[0] != "unshare")
    assert "may not make namespaces" in whats(tmp_path)


def test_another_system(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(prerequisites.platform, "system", lambda: "Darwin")
    assert whats(tmp_path) == "this is not Linux"


def test_the_file_system_is_that_of_the_closest_mount() -> None:
    mounts = "/dev/a / ext4 rw 0 0\novl /var overlay rw 0 0\nt /var/lib tmpfs rw 0 0\n/dev/b /var/lib xfs rw 0 0\n"
    assert filesystem_of(Path("/var/lib/x"), mounts) == "xfs"
    assert filesystem_of(Path("/var/library"), mounts) == "overlay"
    assert filesystem_of(Path("/srv"), mounts) == "ext4"
    assert filesystem_of(Path("/srv"), "") == ""


def test_install_asks_apt_without_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for name in ("run", "succeeds"):
        monkeypatch.setattr(prerequisites, name, lambda *argv, **_options: asked.append(" ".join(argv)))
    install(("b", "a"))
    assert asked[0].startswith("apt-get update")
    assert asked[-1].endswith("apt-get install -y --no-install-recommends b a")


def test_nothing_to_install_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prerequisites, "run", lambda *_argv, **_options: pytest.fail("asked"))
    install(())


def test_a_failed_installation_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*argv: str, timeout: float) -> str:
        raise CommandError(argv, 100, "", f"no network within {timeout}")

    monkeypatch.setattr(prerequisites, "succeeds", lambda *_argv, **_options: False)
    monkeypatch.setattr(prerequisites, "run", fail)
    with pytest.raises(SandboxError, match=r"could not be installed.*no network"):
        install(("a",))
