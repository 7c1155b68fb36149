from __future__ import annotations

import json
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_drains
from playbooks.plugins.modules.kubernetes_drain import MIRROR, REASON, Cluster, drain, lift

CHANGE = "twinstack: change of "
Object = dict[str, Any]


def node(name: str, *, cordoned: bool = False, reason: str = "", ready: bool = True) -> Object:
    return {
        "metadata": {"name": name, "annotations": {REASON: reason} if reason else {}},
        "spec": {"unschedulable": True} if cordoned else {},
        "status": {"conditions": [{"type": "Ready", "status": str(ready)}]},
    }


def pod(name: str, owner: str = "ReplicaSet", node: str = "kube1", **changes: Any) -> Object:
    owners = [{"kind": owner, "controller": True}] if owner else []
    metadata = {"name": name, "namespace": "web", "ownerReferences": owners, **changes.pop("metadata", {})}
    return {"metadata": metadata, "spec": {"nodeName": node}, "status": {"phase": "Running"}, **changes}


class Module:
    """An API server: an evicted pod is gone at the next question, unless `stuck` holds what keeps it."""

    def __init__(self, nodes: list[Object], pods: list[Object], stuck: dict[str, str] | None = None) -> None:
        self.nodes = {each["metadata"]["name"]: each for each in nodes}
        self.pods = {each["metadata"]["name"]: each for each in pods}
        self.stuck = stuck or {}
        self.check_mode = False
        self.evicted: list[str] = []
        self.patches: list[tuple[str, Any]] = []

    def run_command(self, command: list[str], data: str = "") -> tuple[int, str, str]:
        words = command[3:]
        if words[0] == "patch":
            self.patches.append((words[2], json.loads(words[-1])))
        if words[0] == "create":
            return self.evict(json.loads(data)["metadata"]["name"])
        if words[1] == "pods":
            return 0, json.dumps({"items": list(self.pods.values())}), ""
        found = [self.nodes[name] for name in words[5:] if name in self.nodes]
        return 0, json.dumps({"items": found}) if len(found) > 1 else json.dumps(found[0]) if found else "", ""

    def evict(self, name: str) -> tuple[int, str, str]:
        self.evicted.append(name)
        if name in self.stuck:
            return 1, "", self.stuck[name]
        del self.pods[name]
        return 0, "", ""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twinstack_drains, "PAUSE", 0.001)


PARAMS: dict[str, Any] = {"window": 300, "grace": 0}


def wanted(*names: str, timeout: float = 60) -> dict[str, twinstack_drains.Wanted]:
    return dict.fromkeys(names, twinstack_drains.Wanted(f"{CHANGE}containerd", timeout, (CHANGE,)))


def drained(module: Module, *names: str, timeout: float = 60) -> twinstack_drains.Turn:
    return drain(Cluster(module), wanted(*names, timeout=timeout), PARAMS)  # type: ignore[arg-type]


def test_a_node_is_cordoned_with_its_reason_and_emptied() -> None:
    module = Module([node("kube1")], [pod("one"), pod("two", "Job"), pod("far", node="kube2")])
    assert drained(module, "kube1") == (["kube1"], {}, {})
    assert module.evicted == ["one", "two"]
    wants = {"metadata": {"annotations": {REASON: f"{CHANGE}containerd"}}, "spec": {"unschedulable": True}}
    assert module.patches == [("kube1", wants)]


def test_what_a_drain_leaves_is_left() -> None:
    mirror = pod("etcd", "Node", metadata={"annotations": {MIRROR: "x"}})
    module = Module(
        [node("kube1")], [pod("agent", "DaemonSet"), mirror, pod("done", "", status={"phase": "Succeeded"})]
    )
    assert drained(module, "kube1").free == ["kube1"]
    assert module.evicted == []


def test_a_disruption_budget_holds_until_the_time_is_over() -> None:
    said = "Cannot evict pod as it would violate the pod's disruption budget."
    module = Module([node("kube1")], [pod("db", "StatefulSet")], {"db": said})
    turn = drained(module, "kube1", timeout=0.05)
    assert turn.late == {"kube1": "pod web/db (its disruption budget does not let it go)"}
    assert len(module.evicted) > 1


def test_a_pod_that_nobody_would_bring_back_is_waited_for() -> None:
    module = Module([node("kube1")], [pod("lone", "")])
    assert "nothing would bring it back" in drained(module, "kube1", timeout=0).late["kube1"]
    assert module.evicted == []


def test_a_pod_that_is_ending_is_waited_for_unless_its_node_is_silent() -> None:
    ending = pod("one", metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"})
    assert drained(Module([node("kube1")], [ending]), "kube1", timeout=0).late == {"kube1": "pod web/one (ending)"}
    assert drained(Module([node("kube1", ready=False)], [ending]), "kube1").free == ["kube1"]


def test_a_pod_that_is_gone_meanwhile_holds_nothing() -> None:
    module = Module([node("kube1")], [pod("one")], {"one": 'Error from server (NotFound): pods "one" not found'})
    assert drained(module, "kube1").free == ["kube1"]


def test_who_cordoned_a_node_keeps_it_and_ours_takes_the_new_reason() -> None:
    theirs, ours = node("kube1", cordoned=True), node("kube2", cordoned=True, reason=f"{CHANGE}munge")
    module = Module([theirs, ours], [])
    assert drained(module, "kube1", "kube2", "unknown").free == ["kube1", "kube2", "unknown"]
    assert [name for name, _ in module.patches] == ["kube2"]


def test_check_mode_says_what_would_be_done() -> None:
    module = Module([node("kube1")], [pod("one")])
    module.check_mode = True
    cluster = Cluster(module)  # type: ignore[arg-type]
    assert drain(cluster, wanted("kube1"), PARAMS).free == ["kube1"]
    assert (cluster.actions, module.patches, module.evicted) == (["cordon kube1"], [], [])


def test_only_drains_of_this_kind_end() -> None:
    module = Module(
        [
            node("kube1", cordoned=True),
            node("kube2", cordoned=True, reason=f"{CHANGE}containerd"),
            node("kube3", cordoned=True, reason="twinstack: maintenance"),
        ],
        [],
    )
    assert lift(Cluster(module), wanted("kube1", "kube2", "kube3"), PARAMS).free == ["kube2"]  # type: ignore[arg-type]
    gone = {"metadata": {"annotations": {REASON: None}}, "spec": {"unschedulable": None}}
    assert module.patches == [("kube2", gone)]
