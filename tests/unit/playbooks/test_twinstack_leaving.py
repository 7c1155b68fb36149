from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_leaving
from playbooks.plugins.module_utils.twinstack_leaving import holders, leave
from playbooks.plugins.module_utils.twinstack_unit_steps import Failed
from tests.unit.playbooks.systemd import Systemd, Unit


class FakeModule:
    def __init__(self, systemd: Systemd, *, check_mode: bool = False) -> None:
        self.run_command = systemd.run_command
        self.check_mode = check_mode


@pytest.fixture(autouse=True)
def _free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody uses a mount unless a test says so."""
    monkeypatch.setattr(twinstack_leaving, "holders", lambda _where: [])


def mounts(**changes: Any) -> Systemd:
    """A mount below another, both in place, with their automounts."""
    made = {"enabled": "static"}
    return Systemd(
        {
            "data.automount": Unit(),
            "data.mount": Unit(where="/data", **made),
            "data-deep.automount": Unit(),
            "data-deep.mount": Unit(**{"where": "/data/deep", **made, **changes}),
        }
    )


def test_what_is_mounted_goes_before_its_automount_and_what_lies_on_it_before_both() -> None:
    systemd = mounts()
    done = leave(FakeModule(systemd), ["data.automount", "data-deep.automount"])
    assert done == [
        "umount data-deep.mount",
        "stop data-deep.automount",
        "disable data-deep.automount",
        "umount data.mount",
        "stop data.automount",
        "disable data.automount",
    ]
    assert [line for line in systemd.ran if line.startswith("umount")] == ["umount /data/deep", "umount /data"]
    assert leave(FakeModule(systemd), ["data.automount", "data-deep.automount"]) == []


def test_check_mode_tells_the_same_and_does_nothing() -> None:
    systemd = mounts()
    told = leave(FakeModule(systemd, check_mode=True), ["data.automount"])
    assert systemd.ran == []
    assert told == leave(FakeModule(systemd), ["data.automount"])


def test_a_mount_that_somebody_uses_is_left_with_its_units_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twinstack_leaving, "holders", lambda where: ["bash (7)"] if where == "/data/deep" else [])
    systemd = mounts()
    with pytest.raises(Failed, match=r"^/data/deep is no longer wanted here and is in use by bash \(7\): it stays"):
        leave(FakeModule(systemd), ["data-deep.automount"])
    assert systemd.ran == []


def test_a_mount_that_the_kernel_holds_is_left_and_told() -> None:
    systemd = mounts(umount=(32, "umount: /data/deep: target is busy."))
    with pytest.raises(Failed, match=r"in use \(umount: /data/deep: target is busy.\)"):
        leave(FakeModule(systemd), ["data-deep.automount"])
    assert systemd.ran == ["umount /data/deep"]


def test_a_free_mount_of_a_dead_server_is_taken_off_as_its_unit_says() -> None:
    systemd = mounts(umount=(124, ""))
    leave(FakeModule(systemd), ["data-deep.automount"])
    assert systemd.ran[:2] == ["umount /data/deep", "stop data-deep.mount"]


def test_an_automount_that_was_never_used_has_nothing_to_take_off() -> None:
    systemd = Systemd({"data.automount": Unit(), "data.mount": Unit("inactive", "static", where="/data")})
    assert leave(FakeModule(systemd), ["data.automount"]) == ["stop data.automount", "disable data.automount"]


def test_units_that_are_not_there_or_rest_already_are_left_alone() -> None:
    systemd = Systemd({"b.service": Unit("inactive", "disabled"), "c.service": Unit("failed", "disabled")})
    assert leave(FakeModule(systemd), ["a.service", "b.service", "c.service"]) == ["reset-failed c.service"]


def test_a_daemon_that_uses_a_mount_and_one_that_a_mount_stands_on_end_in_the_given_order() -> None:
    systemd = mounts()
    systemd.units |= {"slurmctld.service": Unit(enabled="static"), "lnet.service": Unit(enabled="static")}
    leave(FakeModule(systemd), ["slurmctld.service", "data.automount", "lnet.service"])
    assert systemd.ran == [
        "stop slurmctld.service",
        "umount /data",
        "stop data.automount",
        "disable data.automount",
        "stop lnet.service",
    ]


def test_units_end_in_the_given_order_each_once() -> None:
    systemd = Systemd({"b.service": Unit(), "a.service": Unit(enabled="static")})
    done = leave(FakeModule(systemd), ["b.service", "a.service", "b.service"])
    assert done == ["stop b.service", "disable b.service", "stop a.service"]


def process(proc: Path, number: int, name: str, **links: str) -> None:
    folder = proc / str(number)
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    for link, target in {"cwd": "/", "root": "/", **links}.items():
        (folder / link.replace("_", "/")).symlink_to(target)


def test_who_stands_in_a_folder_or_has_a_file_of_it_open_holds_it(tmp_path: Path) -> None:
    process(tmp_path, 10, "python3", fd_3="/data/x/y")
    process(tmp_path, 9, "bash", cwd="/data")
    process(tmp_path, 8, "vi", cwd="/database", fd_0="/dev/null")
    (tmp_path / "7").mkdir()  # ended meanwhile
    assert holders("/data", tmp_path) == ["bash (9)", "python3 (10)"]
