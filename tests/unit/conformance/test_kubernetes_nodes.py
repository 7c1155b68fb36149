from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome, kubernetes_nodes, queues
from twinstack.inventory.model import Taint, Tuning


def host(*, simulated: bool = False, maintenance: bool = False, stack: str = "kubernetes") -> Any:
    pool = SimpleNamespace(
        name="services",
        labels={"tier": "services"},
        taints=(Taint("role", "storage", "NoSchedule"),),
        tuning=Tuning("static", "none", "None"),
    )
    return SimpleNamespace(
        name="kube1", stack=stack, pool=pool, host=SimpleNamespace(simulated=simulated, maintenance=maintenance)
    )


def node(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "metadata": {"labels": {"twinstack.io/pool": "services", "tier": "services"}},
        "spec": {"taints": [{"key": "role", "value": "storage", "effect": "NoSchedule"}]},
        "status": {"conditions": [{"type": "Ready", "status": "True"}], "nodeInfo": {"kubeletVersion": "v1.35.4"}},
    }
    for key, value in changes.items():
        document[key] = {**document[key], **value}
    return document


def seen(document: dict[str, Any], planned: Any = None) -> Any:
    shell = FakeShell().tell("kubectl", stdout=json.dumps(document))
    return kubernetes_nodes.node_as_planned(planned or host(), "1.35.4", shell)


def test_a_node_as_planned_is_ok() -> None:
    assert seen(node()).outcome is Outcome.OK


def test_each_difference_is_named() -> None:
    assert "Ready is False" in seen(node(status={"conditions": [{"type": "Ready", "status": "False"}]})).message
    assert "cordoned" in seen(node(spec={"unschedulable": True})).message
    assert (
        "label tier: planned services, seen None"
        in seen(node(metadata={"labels": {"twinstack.io/pool": "services"}})).message
    )
    assert "taint role=storage:NoSchedule is missing" in seen(node(spec={"taints": []})).message
    assert "kubelet is v1.34.0" in seen(node(status={"nodeInfo": {"kubeletVersion": "v1.34.0"}})).message


def test_a_simulated_node_must_say_so_and_has_no_kubelet_version() -> None:
    verdict = seen(node(status={"nodeInfo": {"kubeletVersion": "kwok-v0.7.0"}}), host(simulated=True))
    assert verdict.outcome is Outcome.WRONG
    assert verdict.message == "label twinstack.io/simulated: planned true, seen None"


def test_an_error_of_the_server_is_the_verdict() -> None:
    shell = FakeShell().tell("kubectl", rc=1, stderr="Error from server (NotFound)")
    verdict = kubernetes_nodes.node_as_planned(host(), "1.35.4", shell)
    assert (verdict.outcome, verdict.message) == (Outcome.WRONG, "Error from server (NotFound)")


def configz(**settings: Any) -> FakeShell:
    return FakeShell().tell("kubectl", stdout=json.dumps({"kubeletconfig": settings}))


def test_kubelet_settings_come_from_the_pool() -> None:
    good = {"cpuManagerPolicy": "static", "topologyManagerPolicy": "none", "memoryManagerPolicy": "None"}
    assert kubernetes_nodes.kubelet_as_planned(host(), configz(**good)).outcome is Outcome.OK
    verdict = kubernetes_nodes.kubelet_as_planned(host(), configz(**{**good, "cpuManagerPolicy": "none"}))
    assert "cpuManagerPolicy: planned static, seen none" in verdict.message
    split = kubernetes_nodes.kubelet_as_planned(host(stack="split"), configz(**good))
    assert split.message == "a split host's kubelet reserves no CPUs"


def test_an_inactive_queue_is_wrong_and_says_why() -> None:
    condition = {"type": "Active", "status": "False", "message": "flavor not found"}
    shell = FakeShell().tell("kubectl", stdout=json.dumps({"status": {"conditions": [condition]}}))
    verdict = queues.active("climate", ("clusterqueue", "climate"), shell)
    assert verdict.outcome is Outcome.WRONG
    assert "flavor not found" in verdict.message


def test_a_namespace_without_quota_is_wrong() -> None:
    empty = FakeShell().tell("kubectl", stdout='{"items": []}')
    assert queues.has_quota("climate", empty).outcome is Outcome.WRONG
