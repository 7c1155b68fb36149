from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from tests.unit.rendering import kubernetes_hosts
from twinstack.conformance import Outcome, kubernetes_nodes, queues
from twinstack.conformance.model import Verdict
from twinstack.inventory.model import Taint, Tuning
from twinstack.planning import plan
from twinstack.planning.model import HostPlan
from twinstack.rendering import kubelet


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


def test_a_host_that_rested_before_it_joined_is_no_node_and_anybody_else_must_be() -> None:
    shell = FakeShell().tell("kubectl", rc=1, stderr='Error from server (NotFound): nodes "kube1" not found')
    outcomes = [
        kubernetes_nodes.node_as_planned(host(maintenance=resting), "1.35.4", shell).outcome
        for resting in (True, False)
    ]
    assert outcomes == [Outcome.NOT_HERE, Outcome.WRONG]


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


def settings_of(planned: HostPlan, **changes: Any) -> Verdict:
    document = {**kubelet.settings(planned, keep_images=False), "containerLogMaxSize": "10Mi", **changes}
    return kubernetes_nodes.kubelet_as_planned(planned, configz(**document), keep_images=False)


def test_a_kubelet_lives_by_all_that_was_rendered_for_it() -> None:
    tuning = replace(kubernetes_hosts.STATIC, shutdown_grace=90)
    planned = kubernetes_hosts.host(kubernetes_hosts.kubernetes_pool(tuning=tuning))
    reserved = {"cpu": "1", **dict(kubelet.settings(planned, keep_images=False)["systemReserved"])}
    by_node = [{"numaNode": 0, "limits": {"memory": "4Gi"}}]
    same = settings_of(planned, shutdownGracePeriod="1m30s", systemReserved=reserved, reservedMemory=by_node)
    assert same.outcome is Outcome.OK, same.message
    wrong = settings_of(planned, cpuManagerPolicy="none", reservedMemory=[])
    assert "cpuManagerPolicy: planned static, seen none" in wrong.message
    assert "reservedMemory: planned [{" in wrong.message


def test_a_kubelet_that_does_not_answer_is_wrong() -> None:
    planned = kubernetes_hosts.host(kubernetes_hosts.kubernetes_pool())
    shell = FakeShell().tell("kubectl", rc=1, stderr="not found")
    verdict = kubernetes_nodes.kubelet_as_planned(planned, shell, keep_images=False)
    assert verdict.message == "not found"


GIB = kubernetes_hosts.GIB
PAGED = kubernetes_hosts.host(
    kubernetes_hosts.kubernetes_pool(), memory=64 * GIB, hugepages={2 << 20: 1024, 1 << 30: 4}
)
"""56 GiB are planned: of 64 the system has 2, and 6 are huge pages."""


def offers(planned: HostPlan, **changes: str) -> Verdict:
    allocatable = {"cpu": "8", "memory": f"{55 << 20}Ki", "hugepages-2Mi": "2Gi", "hugepages-1Gi": "4Gi"}
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    shell = FakeShell().tell("kubectl", stdout=json.dumps({"status": {"allocatable": {**allocatable, **named}}}))
    return kubernetes_nodes.memory_as_planned(planned, shell)


def test_a_node_offers_the_planned_memory_but_for_what_the_kernel_takes() -> None:
    assert offers(PAGED).outcome is Outcome.OK, offers(PAGED).message
    assert offers(PAGED, memory=str(56 * GIB)).outcome is Outcome.OK
    less, more = offers(PAGED, memory="53Gi"), offers(PAGED, memory="57Gi")
    assert less.message == "memory: planned 57344Mi, seen 54272Mi"
    assert more.message == "memory: planned 57344Mi, seen 58368Mi"


def test_a_node_offers_the_planned_huge_pages_and_no_others() -> None:
    assert offers(PAGED, hugepages_2Mi="1Gi").message == "hugepages-2Mi: planned 2048Mi, seen 1024Mi"
    assert offers(PAGED, hugepages_64Ki="0").outcome is Outcome.OK
    bare = kubernetes_hosts.host(kubernetes_hosts.kubernetes_pool(), memory=64 * GIB)
    found = offers(bare, memory="61Gi", hugepages_2Mi="0").message
    assert found == "hugepages-1Gi: planned 0Mi, seen 4096Mi"


def test_memory_of_another_machine_is_not_the_plans() -> None:
    shared = replace(PAGED, hardware=replace(PAGED.hardware, absent=frozenset({"own-memory"})))
    assert offers(shared, memory="1Ti").outcome is Outcome.NOT_HERE


def test_a_silent_server_tells_nothing_of_memory() -> None:
    shell = FakeShell().tell("kubectl", rc=1, stderr="not found")
    assert kubernetes_nodes.memory_as_planned(PAGED, shell) == Verdict.wrong("not found")


def test_memory_is_asked_of_nodes_with_a_machine() -> None:
    control = sites.host("ctl", None, sites.Service.KUBERNETES_CONTROL_PLANE)
    hosts = [control, sites.host("a", "work"), sites.host("b", "work", simulated=True)]
    site = sites.site(hosts, [kubernetes_hosts.kubernetes_pool()], kubernetes=sites.kubernetes())
    titles = [condition.title for condition in kubernetes_nodes.conditions(plan(site))]
    assert [title for title in titles if "memory" in title] == ["ctl: memory: node a offers its share"]


def test_an_inactive_queue_is_wrong_and_says_why() -> None:
    condition = {"type": "Active", "status": "False", "message": "flavor not found"}
    shell = FakeShell().tell("kubectl", stdout=json.dumps({"status": {"conditions": [condition]}}))
    verdict = queues.active("climate", ("clusterqueue", "climate"), shell)
    assert verdict.outcome is Outcome.WRONG
    assert "flavor not found" in verdict.message


def test_a_namespace_without_quota_is_wrong() -> None:
    empty = FakeShell().tell("kubectl", stdout='{"items": []}')
    assert queues.has_quota("climate", empty).outcome is Outcome.WRONG
