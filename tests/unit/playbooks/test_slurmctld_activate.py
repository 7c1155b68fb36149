from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.modules import slurmctld_activate
from playbooks.plugins.modules.slurmctld_activate import Failed, drains, fields, keep, texts

REASON = "twinstack: maintenance"
CONF = "# comment\nClusterName=a\nNodeName=n1 CPUs=2\nPartitionName=main Nodes=n1\n"
IDLE = "NodeName=n1 Arch=x86_64 State=IDLE ThreadsPerCore=1"
OURS = f"NodeName=n2 State=IDLE+DRAIN ThreadsPerCore=1 Reason={REASON} [slurm@2026-01-01T00:00:00]"
THEIRS = "NodeName=n3 State=IDLE+DRAIN Reason=disk State=odd [ops@2026-01-01T00:00:00]"


def test_the_reason_may_hold_anything() -> None:
    assert fields(OURS)["Reason"] == REASON
    assert fields(THEIRS)["State"] == "IDLE+DRAIN"
    assert fields(IDLE)["Reason"] == ""


def test_drains_begin_and_end_by_the_inventory_and_only_our_own_end() -> None:
    assert drains([IDLE, OURS, THEIRS], ["n1", "n2", "n3"], REASON) == (["n1"], [])
    assert drains([IDLE, OURS, THEIRS], [], REASON) == ([], ["n2"])


def test_what_runs_is_kept_whole(tmp_path: Path) -> None:
    active = tmp_path / "active"
    keep({"slurm.conf": "1", "gres.conf": "2"}, active)
    keep({"slurm.conf": "3"}, active)
    assert texts(active, ["slurm.conf", "gres.conf"]) == {"slurm.conf": "3"}
    assert [path.name for path in tmp_path.iterdir()] == ["active"]


class FakeModule:
    """A controller's commands; rejects those that it was not told of."""

    def __init__(self, tmp_path: Path, *, running: bool = True, check_mode: bool = False, **params: Any) -> None:
        (tmp_path / "etc").mkdir(exist_ok=True)
        self.params: dict[str, Any] = {
            "unit": "slurmctld.service",
            "directory": str(tmp_path / "etc"),
            "configuration": ["slurm.conf"],
            "active": str(tmp_path / "active"),
            "host": "ctl1",
            "primary": True,
            "qos": [],
            "maintenance": [],
            "renews": False,
            "reason": REASON,
            "deadline": 0,
        } | params
        self.check_mode = check_mode
        self.running = running
        self.answers = {
            "systemctl show": "NeedDaemonReload=no",
            "systemctl restart": "",
            "systemctl start": "",
            "scontrol ping": "Slurmctld(primary) at ctl1 is UP\n",
            "scontrol reconfigure": "",
            "scontrol update": "",
            "scontrol --oneliner show node": f"{IDLE}\n{OURS}\n",
            "sacctmgr --noheader --parsable2 show qos": "normal\n",
            "sacctmgr --immediate add qos": "",
            "journalctl": "last words\n",
        }

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        line = " ".join(command)
        if line.startswith("systemctl is-active"):
            return (0 if self.running else 3), "", ""
        if line.startswith(("systemctl start", "systemctl restart")):
            self.running = True
        return 0, next(answer for start, answer in self.answers.items() if line.startswith(start)), ""

    def places(self, text: str) -> FakeModule:
        (Path(self.params["directory"]) / "slurm.conf").write_text(text)
        return self

    def runs(self, text: str) -> FakeModule:
        keep({"slurm.conf": text}, Path(self.params["active"]))
        return self


UNDRAINED = "scontrol update NodeName=n2 State=UNDRAIN"


def test_a_first_start_pushes_the_files_and_is_remembered(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, running=False, qos=["urgent", "normal"]).places(CONF)
    assert slurmctld_activate.settle(module) == [
        "sacctmgr --immediate add qos urgent",
        "systemctl start slurmctld.service",
        "scontrol reconfigure",
        UNDRAINED,
    ]
    assert slurmctld_activate.settle(module) == [UNDRAINED]


def test_a_running_daemon_with_its_files_is_left_alone(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, maintenance=["n2"]).places(CONF).runs(CONF)
    assert slurmctld_activate.settle(module) == []


def test_a_daemon_whose_program_was_replaced_is_restarted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurmctld_activate, "PROC", tmp_path)
    module = FakeModule(tmp_path, maintenance=["n2"]).places(CONF).runs(CONF)
    module.answers = {"systemctl show --property MainPID": "77\n"} | module.answers
    (tmp_path / "77").mkdir()
    (tmp_path / "77" / "exe").symlink_to("/usr/sbin/slurmctld (deleted)")
    assert slurmctld_activate.settle(module) == ["systemctl restart slurmctld.service"]


def test_a_mild_change_does_not_restart(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, maintenance=["n2"]).places(CONF + "SlurmdTimeout=9\n").runs(CONF)
    assert slurmctld_activate.settle(module) == ["scontrol reconfigure"]


def test_a_killed_run_is_made_good(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, maintenance=["n2"]).places(CONF.replace("CPUs=2", "CPUs=4")).runs(CONF)
    module.answers["scontrol ping"] = "Slurmctld(primary) at ctl1 is DOWN\n"
    with pytest.raises(Failed, match=r"did not come up within 0 s.*\nlast words"):
        slurmctld_activate.settle(module)
    module.answers["scontrol ping"] = "Slurmctld(primary) at ctl1 is UP\n"
    assert slurmctld_activate.settle(module) == ["systemctl restart slurmctld.service", "scontrol reconfigure"]


def test_a_backup_starts_and_leaves_the_cluster_to_the_primary(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, running=False, primary=False, host="ctl2", qos=["urgent"]).places(CONF)
    module.answers["scontrol ping"] = "Slurmctld(primary) at ctl1 is UP\nSlurmctld(backup) at ctl2 is UP\n"
    assert slurmctld_activate.settle(module) == ["systemctl start slurmctld.service"]


def test_maintenance_begins_with_its_reason(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, maintenance=["n1", "n2"]).places(CONF).runs(CONF)
    assert slurmctld_activate.settle(module) == [f"scontrol update NodeName=n1 State=DRAIN Reason={REASON}"]


def test_a_silent_database_fails_with_words_of_its_own(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, running=False, qos=["urgent"]).places(CONF)
    failing = module.run_command

    def refused(command: list[str]) -> tuple[int, str, str]:
        return (1, "", "Connection refused") if command[0] == "sacctmgr" else failing(command)

    module.run_command = refused  # type: ignore[method-assign]
    with pytest.raises(Failed, match="accounting daemon did not answer within 0 s: Connection refused"):
        slurmctld_activate.settle(module)


def test_check_mode_only_tells(tmp_path: Path) -> None:
    module = FakeModule(tmp_path, check_mode=True, running=False).places(CONF)
    assert slurmctld_activate.settle(module) == ["systemctl start slurmctld.service"]
    assert not module.running
    assert not Path(module.params["active"]).exists()
