from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome, slurm
from twinstack.planning.model import Allocation, Share


def node(*, cores: int = 2, gpus: int = 0, maintenance: bool = False) -> Any:
    share = Share(tuple(range(cores)), tuple(range(gpus)), 1 << 30)
    return SimpleNamespace(
        name="cpu1",
        host=SimpleNamespace(maintenance=maintenance),
        hardware=SimpleNamespace(threads_per_core=1),
        allocation=Allocation(Share((), (), 0), share, None),
    )


def record(state: str = "IDLE", cpus: int = 2, gres: str = "(null)") -> str:
    return f"NodeName=cpu1 CPUTot=2 CPUEfctv={cpus} Gres={gres} RealMemory=2000 State={state} Reason=x\n"


@pytest.mark.parametrize("state", ["IDLE", "MIXED", "ALLOCATED"])
def test_a_node_in_service_is_ok(state: str) -> None:
    shell = FakeShell().tell("scontrol", "--oneliner", "show", "node", "cpu1", stdout=record(state))
    assert slurm.node_as_planned(node(), shell).outcome is Outcome.OK


@pytest.mark.parametrize("state", ["DOWN", "DOWN*", "IDLE+DRAIN", "IDLE*", "INVAL", "UNKNOWN", "IDLE+NOT_RESPONDING"])
def test_a_node_out_of_service_is_wrong_and_says_its_state(state: str) -> None:
    shell = FakeShell().tell("scontrol", "--oneliner", "show", "node", "cpu1", stdout=record(state))
    verdict = slurm.node_as_planned(node(), shell)
    assert verdict.outcome is Outcome.WRONG
    assert state in verdict.message


def test_figures_that_differ_from_the_plan_are_wrong() -> None:
    shell = FakeShell().tell(
        "scontrol", "--oneliner", "show", "node", "cpu1", stdout=record(cpus=1, gres="gpu:h100:4(S:0-1)")
    )
    verdict = slurm.node_as_planned(node(gpus=8), shell)
    assert "CPUs for jobs: planned 2, seen 1" in verdict.message
    assert "GPUs: planned 8, seen 4" in verdict.message


def test_maintenance_wants_the_node_drained() -> None:
    drained = FakeShell().tell("scontrol", stdout=record("IDLE+DRAIN"))
    assert slurm.node_as_planned(node(maintenance=True), drained).outcome is Outcome.OK
    idle = FakeShell().tell("scontrol", stdout=record("IDLE"))
    assert slurm.node_as_planned(node(maintenance=True), idle).outcome is Outcome.WRONG


def test_a_partition_holds_exactly_the_planned_nodes() -> None:
    shell = FakeShell().tell("scontrol", stdout="PartitionName=batch State=UP Nodes=cpu[1-2],flex1\n")
    assert slurm.partition_as_planned("batch", ["flex1", "cpu1", "cpu2"], shell).outcome is Outcome.OK
    assert slurm.partition_as_planned("batch", ["cpu1", "cpu2"], shell).outcome is Outcome.WRONG
    down = FakeShell().tell("scontrol", stdout="PartitionName=batch State=DOWN Nodes=cpu1\n")
    assert slurm.partition_as_planned("batch", ["cpu1"], down).outcome is Outcome.WRONG


def test_accounting_rows_match_whole_columns() -> None:
    shell = FakeShell().tell("sacctmgr", stdout="climate|ana|\nclimate2|bo|\n")
    assert slurm.listed(("association",), "climate|ana", shell).outcome is Outcome.OK
    assert slurm.listed(("association",), "climate|an", shell).outcome is Outcome.WRONG


def test_a_silent_controller_is_wrong() -> None:
    shell = FakeShell().tell("scontrol", "ping", rc=1, stdout="Slurmctld(primary) at ctl1 is DOWN\n")
    assert slurm.answers(shell).outcome is Outcome.WRONG


def test_the_share_decides_the_cpus() -> None:
    split = node(cores=1)
    shell = FakeShell().tell("scontrol", stdout=record(cpus=1))
    assert slurm.node_as_planned(split, shell).outcome is Outcome.OK
    whole = replace(split.allocation, slurm=Share((0, 1), (), 0))
    split.allocation = whole
    assert slurm.node_as_planned(split, shell).outcome is Outcome.WRONG
