from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.action.slurmctld_check import texts
from playbooks.plugins.modules import slurmctld_check
from playbooks.plugins.modules.slurmctld_check import Verdict, errors, lines_until_ready, objections, rewritten, verdict

READY = "slurmctld: Running as primary controller"
GOOD = Verdict(ready=True, errors=[])


def test_the_copy_is_alone_with_a_state_of_its_own_and_no_database() -> None:
    text = (
        "ClusterName=a\nSlurmctldHost=ctl1(10.0.0.1)\nSlurmctldHost=ctl2(10.0.0.2)\nStateSaveLocation=/var/lib/x\n"
        "accountingstoragetype=accounting_storage/slurmdbd\nSlurmctldPort=1"
    )
    assert rewritten(text, Path("/t"), "ctl2").splitlines() == [
        "ClusterName=a",
        "SlurmctldPort=1",
        "SlurmctldHost=ctl2(127.0.0.1)",
        "StateSaveLocation=/t/state",
        "SlurmctldPidFile=/t/state/slurmctld.pid",
    ]


def test_expected_complaints_do_not_count() -> None:
    lines = [
        "slurmctld: error: Configured MailProg is invalid",
        "slurmctld: error: High latency for 1000 calls to gettimeofday(): 4473 microseconds",
        "slurmctld: error: Could not open job state file /tmp/t/state/job_state: No such file or directory",
        "slurmctld: error: NOTE: Trying backup state save file. Jobs may be lost!",
        "slurmctld: error: PriorityWeightAge can only be used with SlurmDBD, ignoring",
        "slurmctld: error:  mpi/pmix_v4: init: (null) [0]: can not load PMIx library",
        "slurmctld: build_part_bitmap: No nodes in partition empty",
        "slurmctld: fatal: Invalid node names in partition empty",
    ]
    assert errors(lines) == ["fatal: Invalid node names in partition empty"]


def test_complaints_are_found_behind_a_time_as_behind_a_name() -> None:
    lines = [
        "[2026-01-02T03:04:05.678] error: Configured MailProg is invalid",
        "[2026-01-02T03:04:05.678] error: Parse error in file slurm.conf line 3",
        "[2026-01-02T03:04:05.678] fatal: Unable to process configuration file",
        "[2026-01-02T03:04:05.678] part: error: is only a word here",
    ]
    assert errors(lines) == [
        "error: Parse error in file slurm.conf line 3",
        "fatal: Unable to process configuration file",
    ]


def test_the_copy_names_no_qos_that_only_the_database_knows() -> None:
    text = "PartitionName=a Nodes=n1 QOS=long AllowQos=long,short DenyQOS=x State=UP\nAccountingStorageEnforce=qos\n"
    assert rewritten(text, Path("/t"), "ctl1").splitlines()[0] == "PartitionName=a Nodes=n1 State=UP"


def test_a_daemon_that_gives_up_is_an_objection_with_its_reason() -> None:
    assert objections(verdict(["slurmctld: fatal: no"]), GOOD) == ["fatal: no"]
    assert objections(verdict([]), GOOD) == ["slurmctld gave up without a reason"]


def test_only_new_errors_are_objections() -> None:
    new = verdict(["slurmctld: error: old quirk", "slurmctld: error: new", READY])
    assert objections(new, Verdict(ready=True, errors=["error: old quirk"])) == ["error: new"]


def test_reading_ends_when_the_daemon_is_ready() -> None:
    assert lines_until_ready(iter(["a\n", f"{READY}\n", "never read\n"])) == ["a", READY]


class FakeModule:
    def __init__(self, directory: Path, texts: dict[str, str], *, installed: bool = True) -> None:
        self.params = {"directory": str(directory), "texts": texts, "user": "slurm", "deadline": 5}
        self.installed = installed
        self.failure: str | None = None

    def get_bin_path(self, name: str, opt_dirs: list[str]) -> str | None:
        assert (name, opt_dirs) == ("slurmctld", ["/usr/sbin"])
        return "/usr/sbin/slurmctld" if self.installed else None

    def fail_json(self, msg: str) -> None:
        self.failure = msg


def judged(monkeypatch: pytest.MonkeyPatch, **verdicts: Verdict) -> list[str]:
    """Let slurmctld's verdict depend on the text; answers with the texts that were judged."""
    seen: list[str] = []

    def judge(given: dict[str, str], _user: str, _deadline: int) -> Verdict:
        seen.append(given["slurm.conf"])
        return verdicts[given["slurm.conf"]]

    monkeypatch.setattr(slurmctld_check, "judge", judge)
    return seen


def test_unchanged_files_cost_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = judged(monkeypatch)
    (tmp_path / "slurm.conf").write_text("old")
    assert slurmctld_check.settle(FakeModule(tmp_path, {"slurm.conf": "old"})) == {"checked": False}
    assert seen == []


def test_nothing_judges_before_slurmctld_is_installed(tmp_path: Path) -> None:
    assert slurmctld_check.settle(FakeModule(tmp_path, {"slurm.conf": "new"}, installed=False)) == {"checked": False}


def test_the_old_configuration_is_judged_only_to_excuse_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slurm.conf").write_text("old")
    seen = judged(monkeypatch, new=GOOD)
    assert slurmctld_check.settle(FakeModule(tmp_path, {"slurm.conf": "new"})) == {"checked": True}
    assert seen == ["new"]
    quirk = Verdict(ready=True, errors=["error: quirk"])
    seen = judged(monkeypatch, new=quirk, old=quirk)
    module = FakeModule(tmp_path, {"slurm.conf": "new"})
    slurmctld_check.settle(module)
    assert (seen, module.failure) == (["new", "old"], None)


def test_a_refused_configuration_fails_the_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(monkeypatch, new=Verdict(ready=False, errors=["fatal: bad node"]))
    module = FakeModule(tmp_path, {"slurm.conf": "new"})
    slurmctld_check.settle(module)
    assert module.failure == "slurmctld refuses the new configuration: fatal: bad node"


def test_the_action_reads_the_files_of_one_directory_only(tmp_path: Path) -> None:
    artefact = tmp_path / "artefact"
    artefact.write_text("from the store\n")
    files: list[dict[str, Any]] = [
        {"dest": "/etc/slurm/slurm.conf", "src": str(artefact)},
        {"dest": "/etc/slurm/gres.conf", "content": ""},
        {"dest": "/etc/slurm/slurmdbd.conf", "src": "/nowhere", "secret": "pw"},
        {"dest": "/etc/systemd/system/slurmctld.service.d/x.conf", "src": "/nowhere"},
    ]
    assert texts(files, "/etc/slurm") == {"slurm.conf": "from the store\n", "gres.conf": ""}
