from __future__ import annotations

import getpass
import grp
import os
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from playbooks.plugins.action import twinstack_role as action
from playbooks.plugins.module_utils import twinstack_placing
from playbooks.plugins.modules import twinstack_role
from tests.unit.playbooks.systemd import Systemd, Unit

ME = getpass.getuser()
MY_GROUP = grp.getgrgid(os.getgid()).gr_name
STOPPED = (
    "Id=a.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nUnitFileState=enabled\n"
    "NeedDaemonReload=no\nType=oneshot\nActiveEnterTimestampMonotonic=0\n"
)


class Exit(Exception):  # noqa: N818
    def __init__(self, **result: Any) -> None:
        self.result = result


class FakeModule:
    """The part of AnsibleModule that the module uses; systemd says that every unit is stopped."""

    _diff = False

    def __init__(self, folder: Path, **params: Any) -> None:
        nothing = {
            "role": "demo",
            "packages": [],
            "directories": [],
            "files": [],
            "secrets": {},
            "units": [],
            "restart": [],
            "settings": {},
            "leaving": [],
            "digest": None,
        }
        self.params = {**nothing, "records": str(folder / "records"), **params}
        self.check_mode = False
        self.ran: list[str] = []

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        self.ran.append(" ".join(command[:3]))
        return 0, STOPPED if command[1] == "show" else "", ""

    def set_default_selinux_context(self, _path: str, _changed: bool) -> None:  # noqa: FBT001
        return

    def exit_json(self, **result: Any) -> None:
        raise Exit(**result)


def bring(module: FakeModule) -> dict[str, Any]:
    with pytest.raises(Exit) as left:
        twinstack_role.bring(module)
    return left.value.result


def file(tmp_path: Path) -> dict[str, Any]:
    dest = str(tmp_path / "a.conf")
    return {"dest": dest, "content": "x\n", "owner": ME, "group": MY_GROUP, "mode": "0644", "restarts": ["a.service"]}


def test_nothing_is_placed_before_the_packages_are_there(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, packages=["no-such-package-at-all"], files=[file(tmp_path)])
    result = bring(module)
    assert (result["changed"], result["missing"]) == (False, ["no-such-package-at-all"])
    assert not (tmp_path / "a.conf").exists()


def test_files_are_placed_before_their_units_start_and_a_second_run_owes_nothing(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, files=[file(tmp_path)], units=[{"name": "a.service", "started": True}])
    result = bring(module)
    assert result["changed_files"] == [str(tmp_path / "a.conf")]
    assert result["actions"] == ["start a.service"]
    assert not (tmp_path / "records" / "demo.pending.json").exists()


def test_a_unit_that_is_up_without_working_is_restarted(tmp_path: Path) -> None:
    assert bring(FakeModule(tmp_path, restart=["b.service"]))["actions"] == ["restart b.service"]


def test_a_role_of_files_alone_does_not_ask_systemd(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, files=[file(tmp_path) | {"restarts": []}])
    assert bring(module)["changed"]
    assert module.ran == []
    assert not bring(module)["changed"]


def test_a_unit_that_the_role_no_longer_has_ends_before_its_file_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twinstack_placing, "UNIT_FILES", f"{tmp_path}/")
    unit = file(tmp_path) | {"dest": str(tmp_path / "old.service"), "restarts": ["old.service"]}
    systemd = Systemd({"old.service": Unit(), "kept.service": Unit()})
    first = FakeModule(tmp_path, files=[unit], units=[{"name": "old.service"}])
    second = FakeModule(tmp_path, units=[{"name": "kept.service"}], leaving=["old.service"])
    first.run_command = second.run_command = systemd.run_command  # type: ignore[method-assign]
    bring(first)
    systemd.watch = lambda verb: (tmp_path / "old.service").exists() or verb == "daemon-reload"
    result = bring(second)
    assert result["actions"] == ["stop old.service", "disable old.service", "daemon-reload"]
    assert (result["changed"], (tmp_path / "old.service").exists()) == (True, False)
    assert not bring(second)["changed"]


def test_units_end_though_their_files_are_others(tmp_path: Path) -> None:
    systemd = Systemd({"irqbalance.service": Unit()})
    module = FakeModule(tmp_path, leaving=["irqbalance.service"])
    module.run_command = systemd.run_command  # type: ignore[method-assign]
    assert bring(module)["actions"] == ["stop irqbalance.service", "disable irqbalance.service"]
    assert not bring(module)["changed"]


def test_a_live_value_is_set_again_though_no_file_changed_and_then_left(tmp_path: Path) -> None:
    knob = tmp_path / "enabled"
    knob.write_text("madvise\n")
    module = FakeModule(tmp_path, settings={str(knob): "always"})
    first, second = bring(module), bring(module)
    assert (first["changed"], first["actions"], first["changed_files"]) == (True, [f"set {knob}"], [])
    assert (second["changed"], second["actions"]) == (False, [])
    assert knob.read_text() == "always\n"
    assert module.ran == []


class Host:
    """A host as the action sees it: answers per module, in turn."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def execute(self, name: str, arguments: dict[str, Any], **_: Any) -> dict[str, Any]:
        self.asked.append((name, arguments))
        return self.answers.pop(0) | {"invocation": {"module_args": arguments}}


def run(host: Host) -> dict[str, Any]:
    plugin = object.__new__(action.ActionModule)
    files = SimpleNamespace(arguments=lambda role, _variables: {"role": role, "files": []})
    plugin.__dict__ |= {
        "_task": SimpleNamespace(args={"role": "demo"}, async_val=0, check_mode=False, timeout=0),
        "_connection": SimpleNamespace(_shell=SimpleNamespace(tmpdir="/tmp")),
        "_play_context": None,
        "_loader": None,
        "_templar": None,
        "_shared_loader_obj": SimpleNamespace(action_loader=SimpleNamespace(get=lambda *_, **__: files)),
        "_execute_module": host.execute,
    }
    wanted = {"packages": ["chrony"], "settings": {"vm.swappiness": "10"}}
    return plugin.run(task_vars={"twinstack_roles": {"demo": wanted}})


def test_a_host_with_its_packages_is_asked_once() -> None:
    host = Host({"changed": False, "missing": [], "installer": "apt"})
    assert run(host) == {"changed": False, "missing": [], "installer": "apt"}
    ((name, arguments),) = host.asked
    assert name == "twinstack_role"
    assert arguments["settings"] == {"vm.swappiness": "10"}


def test_missing_packages_are_installed_and_the_rest_is_done() -> None:
    host = Host(
        {"changed": False, "missing": ["chrony"], "installer": "apt"},
        {"changed": True},
        {"changed": False, "missing": []},
    )
    result = run(host)
    assert (result["changed"], result["installed"]) == (True, ["chrony"])
    name, arguments = host.asked[1]
    assert name == "ansible.builtin.apt"
    assert (arguments["name"], arguments["policy_rc_d"], arguments["install_recommends"]) == (["chrony"], 101, False)
    assert host.asked[2][1]["packages"] == []


def test_a_failed_installation_places_nothing() -> None:
    host = Host(
        {"changed": False, "missing": ["chrony"], "installer": "dnf"}, {"failed": True, "msg": "no such package"}
    )
    assert run(host)["msg"] == "no such package"
    assert len(host.asked) == 2


def test_an_installation_has_a_time_limit_of_its_own_and_the_task_gets_its_own_back() -> None:
    signal.alarm(50)
    try:
        with action.seconds(1800, limited=True):
            assert signal.alarm(1800) > 1000
        assert 0 < signal.alarm(0) <= 50
    finally:
        signal.alarm(0)


def test_without_time_limits_there_is_none() -> None:
    with action.seconds(1800, limited=False):
        assert signal.alarm(0) == 0
