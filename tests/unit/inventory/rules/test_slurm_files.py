from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import VALID, Case, assert_found, case
from twinstack.inventory.load import load

HEAD = "  state_location: /home/.slurm\n"


def added(rule: str, more: str, *, at: str, says: str) -> Case:
    """Something more in the Slurm section."""
    return case(rule, (HEAD, HEAD + more), at=at, below="slurm:", says=says)


CASES = [
    added(
        "slurm_files.parameters",
        "  parameters:\n    slurm.conf:\n      MaxArraysSize: 9\n",
        at="MaxArraysSize:",
        says="slurm.conf has no parameter MaxArraysSize (did you mean MaxArraySize?)",
    ),
    added(
        "slurm_files.parameters",
        "  parameters:\n    slurm.conf:\n      PrologTimeout: 9\n",
        at="PrologTimeout:",
        says="Slurm 23.11 does not know PrologTimeout (from 25.05 on)",
    ),
    added(
        "slurm_files.parameters",
        "  parameters:\n    slurm.conf:\n      PrologFlags: Alloc,runinjob\n",
        at="PrologFlags:",
        says="Slurm 23.11 does not know PrologFlags=RunInJob (from 24.05 on)",
    ),
    added(
        "slurm_files.parameters",
        "  parameters:\n    slurm.conf:\n      rebootprogram: /x\n",
        at="rebootprogram:",
        says="RebootProgram is not given here (it follows from slurm.reboot)",
    ),
    added(
        "slurm_files.scripts",
        "  hooks:\n    prolog: missing.sh\n",
        at="prolog:",
        says="missing.sh is empty or cannot be read",
    ),
    added(
        "slurm_files.scripts",
        "  hooks:\n    epilog: plain.sh\n",
        at="epilog:",
        says="plain.sh does not say what runs it",
    ),
    added(
        "slurm_files.job_submit",
        "  hooks:\n    job_submit: half.lua\n",
        at="job_submit:",
        says="half.lua has no function slurm_job_modify",
    ),
    added(
        "slurm_files.parameters",
        "  version: '25.05'\n  parameters:\n    slurm.conf:\n      LogTimeFormat: iso8601,format_stderr\n",
        at="LogTimeFormat:",
        says="Slurm 25.05 does not know LogTimeFormat=format_stderr (from 21.08 on, up to 24.11)",
    ),
    added(
        "slurm_files.health_check", "  hooks:\n    health_check: check.sh\n", at="health_check:", says="it never runs"
    ),
    added(
        "slurm_files.power_pools",
        "  power:\n    suspend: check.sh\n    resume: check.sh\n    pools:\n      - both\n",
        at="- both",
        says="pool both is of stack split",
    ),
    added(
        "slurm_files.power_pools",
        "  power:\n    suspend: check.sh\n    resume: check.sh\n    pools:\n      - bathc\n",
        at="- bathc",
        says="there is no pool bathc",
    ),
    case(
        "slurm_files.abilities",
        ("    preempt_mode: requeue\n", "    preempt_mode: requeue\n    select: cons_res\n"),
        at="select:",
        below="slurm:",
        says="Slurm 23.11 has no select/cons_res",
    ),
    added(
        "slurm_files.abilities",
        '  version: "21.08"\n',
        at="version:",
        says="Slurm 21.08 cannot use version 2 of control groups",
    ),
]


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    """Scripts beside the inventory."""
    (tmp_path / "check.sh").write_text("#!/bin/sh\n")
    (tmp_path / "half.lua").write_text("function slurm_job_submit(job, parts, uid)\nend\n")
    (tmp_path / "plain.sh").write_text("true\n")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)


def test_scripts_are_read_and_values_are_slurms_words(tmp_path: Path) -> None:
    more = (
        "  health_check:\n    interval: 300s\n  hooks:\n    health_check: check.sh\n"
        "  power:\n    suspend: check.sh\n    resume: ./check.sh\n    idle: 5m\n"
        "  parameters:\n    slurm.conf:\n      DisableRootJobs: true\n      MaxArraySize: 9\n"
    )
    path = tmp_path / "site.yaml"
    path.write_text(VALID.replace(HEAD, HEAD + more))
    slurm = load(path).slurm
    assert slurm is not None
    assert slurm.power is not None
    assert slurm.hooks["health_check"].text == "#!/bin/sh\n"
    assert (slurm.power.idle, slurm.power.resume_timeout, slurm.power.pools) == (300, 600, slurm.power.pools)
    assert "both" not in slurm.power.pools
    assert slurm.parameters == {"slurm.conf": {"DisableRootJobs": "YES", "MaxArraySize": "9"}}
