from __future__ import annotations

import json
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_schedulers as schedulers
from playbooks.plugins.module_utils.twinstack_schedulers import NoAnswer, answers, kubernetes_node, slurm_node

HEAD = "Arch=x86_64 CoresPerSocket=1 "
RECORDS = "\n".join(
    (
        f"NodeName=cpu1 {HEAD}State=IDLE ThreadsPerCore=1 Comment=x",
        f"NodeName=cpu2 {HEAD}State=DOWN* ThreadsPerCore=1 Reason=Not responding [slurm@2026-11-21T09:00:00]",
        f"NodeName=cpu3 {HEAD}State=MIXED+DRAIN ThreadsPerCore=1 Reason=bad dimm [root@2026-11-21T09:00:00]",
        f"NodeName=cpu4 {HEAD}State=IDLE+POWERED_DOWN ThreadsPerCore=1",
    )
)
NODE = {
    "metadata": {"name": "kube1", "labels": {"tier": "web"}},
    "spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]},
    "status": {"conditions": [{"type": "Ready", "status": "True", "message": "fine"}]},
}
PLAIN: dict[str, Any] = {"labels": {}, "taints": []}


def test_nodes_out_of_service_are_told_with_who_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedulers, "output", lambda _command: RECORDS)
    asked = dict.fromkeys(("cpu1", "cpu2", "cpu3", "cpu4", "cpu9"), PLAIN)
    assert answers({"slurm": asked}) == {
        "slurm": {
            "nodes": {
                "cpu2": {"flags": ["DOWN", "NOT_RESPONDING"], "reason": "Not responding", "by": "slurm"},
                "cpu3": {"flags": ["MIXED", "DRAIN"], "reason": "bad dimm", "by": "root"},
                "cpu9": {"flags": [], "reason": "", "by": ""},
            }
        }
    }


def test_a_state_that_nobody_knows_is_unknown() -> None:
    assert slurm_node("NodeName=cpu1") == ("cpu1", {"flags": ["UNKNOWN"], "reason": "", "by": ""})


def test_nodes_in_service_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedulers, "output", lambda _command: json.dumps({"items": [NODE]}))
    found = answers({"kubernetes": {"kube1": {**PLAIN, "labels": {"tier": "web"}}, "kube2": PLAIN}})
    assert list(found["kubernetes"]["nodes"]) == ["kube2"]
    assert found["kubernetes"]["nodes"]["kube2"]["known"] is False


def test_a_node_is_told_by_all_that_is_wrong_with_it() -> None:
    sick = {
        **NODE,
        "spec": {"unschedulable": True},
        "status": {"conditions": [{"type": "Ready", "status": "Unknown", "message": "Kubelet stopped posting"}]},
    }
    wanted = {"labels": {"tier": "db", "rack": "r1"}, "taints": [{"key": "a", "effect": "NoSchedule"}]}
    assert kubernetes_node(sick, wanted) == {
        "known": True,
        "ready": False,
        "message": "Kubelet stopped posting",
        "cordoned": True,
        "other": ["label tier is web, not db", "label rack missing", "taint a:NoSchedule missing"],
    }


def test_a_cordon_of_ours_is_a_fault_and_that_of_a_person_is_not() -> None:
    ours = {"annotations": {"twinstack.io/drain": "twinstack: change of containerd"}}
    left = {**NODE, "metadata": {**NODE["metadata"], **ours}, "spec": {**NODE["spec"], "unschedulable": True}}
    found = kubernetes_node(left, {"labels": {}, "taints": []})
    assert (found["cordoned"], found["other"]) == (False, ["cordoned: twinstack: change of containerd"])


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_command: list[str]) -> str:
        raise NoAnswer("Unable to contact slurm controller")

    monkeypatch.setattr(schedulers, "output", refuse)
    assert answers({"slurm": {"cpu1": PLAIN}}) == {"slurm": {"problem": "Unable to contact slurm controller"}}


def test_a_command_that_fails_or_is_not_there_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match="no-such-command"):
        schedulers.output(["no-such-command"])
    with pytest.raises(NoAnswer, match="said this"):
        schedulers.output(["sh", "-c", "echo said this >&2; exit 1"])
