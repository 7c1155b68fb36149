from __future__ import annotations

from typing import Any

import pytest

from twinstack.provider.node_states import Verdict, of_kubernetes, of_slurm

FINE: dict[str, Any] = {"known": True, "ready": True, "message": "", "cordoned": False, "other": []}


def slurm(*flags: str, reason: str = "", by: str = "") -> Verdict:
    return of_slurm({"flags": list(flags), "reason": reason, "by": by})


def test_a_drain_by_a_person_is_a_decision_and_ours_is_a_fault() -> None:
    assert slurm("IDLE", "DRAIN", reason="bad dimm", by="root") == Verdict(
        decisions=("node drained: bad dimm (by root)",)
    )
    assert slurm("IDLE", "DRAIN", reason="twinstack: slurmd") == Verdict(faults=("node drained: twinstack: slurmd",))


@pytest.mark.parametrize("flags", [("DOWN",), ("IDLE", "NOT_RESPONDING"), ("UNKNOWN",)])
def test_a_node_that_does_not_answer_is_silent(flags: tuple[str, ...]) -> None:
    assert slurm(*flags, reason="Not responding") == Verdict(silence=("node down: Not responding",))


def test_all_that_is_told_of_a_node_is_in_its_words() -> None:
    found = slurm("DOWN", "INVAL", "DRAIN", reason="Low RealMemory", by="slurm")
    assert found.words == ("slurmctld refuses the node: Low RealMemory", "node drained: Low RealMemory (by slurm)")


def test_a_node_that_slurm_does_not_know_is_silent() -> None:
    assert slurm() == Verdict(silence=("slurmctld does not know the node",), known=False)


def test_a_refused_node_is_a_fault_whatever_else_is_wrong() -> None:
    found = slurm("INVAL", "DRAIN", reason="Low RealMemory", by="slurm")
    assert found.faults == ("slurmctld refuses the node: Low RealMemory",)


@pytest.mark.parametrize(
    ("node", "verdict"),
    [
        (FINE | {"known": False}, Verdict(silence=("the API server does not know the node",), known=False)),
        (FINE | {"ready": False, "message": "no CNI"}, Verdict(silence=("node not ready: no CNI",))),
        (FINE | {"cordoned": True}, Verdict(decisions=("node cordoned",))),
        (FINE | {"other": ["label tier missing"]}, Verdict(faults=("label tier missing",))),
    ],
)
def test_kubernetes_nodes(node: dict[str, Any], verdict: Verdict) -> None:
    assert of_kubernetes(node) == verdict
