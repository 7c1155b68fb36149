from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from tests.unit.tenancy.plans import Planned, pool, sandbox
from twinstack.components import kwok
from twinstack.components.kwok.nodes import node, simulated_hosts
from twinstack.components.kwok.ready import READY
from twinstack.components.kwok.resources import configuration, resources
from twinstack.inventory.model import Stack
from twinstack.manifests import name_of
from twinstack.planning.model import Share


def of_kind(kind: str) -> list[Any]:
    return [found for found in resources(sandbox()) if found["kind"] == kind]


def stages() -> dict[str, Any]:
    _, *documents = yaml.safe_load_all(configuration(sandbox()))
    return {found["metadata"]["name"]: found["spec"] for found in documents}


def test_a_node_a_simulated_host_and_none_for_a_real_one() -> None:
    assert [found["metadata"]["name"] for found in of_kind("Node")] == ["gpu1", "gpu2", "gpu3", "gpu4"]


def test_a_node_offers_what_the_host_would() -> None:
    status: Any = node(simulated_hosts(sandbox())[0])["status"]
    assert status["capacity"] == {"cpu": "64", "memory": "512Gi", "nvidia.com/gpu": "8", "pods": "110"}
    assert status["allocatable"] == status["capacity"]


def test_a_node_offers_huge_pages_beside_its_memory() -> None:
    host = simulated_hosts(sandbox())[0]
    share = Share((0,), (), 4 << 30, {2 << 20: 512})
    status: Any = node(replace(host, allocation=replace(host.allocation, kubernetes=share)))["status"]
    assert status["allocatable"] == {"cpu": "1", "memory": "4Gi", "hugepages-2Mi": "1Gi", "pods": "110"}


def test_nobody_takes_a_simulated_node_for_a_real_one() -> None:
    found: Any = node(simulated_hosts(sandbox())[0])
    assert found["metadata"]["labels"]["twinstack.io/simulated"] == "true"
    assert found["metadata"]["labels"]["kubernetes.io/hostname"] == "gpu1"
    assert {"key": "twinstack.io/simulated", "value": "true", "effect": "NoSchedule"} in found["spec"]["taints"]
    assert {"key": "nvidia.com/gpu", "effect": "NoSchedule"} in found["spec"]["taints"]


def test_the_controller_plays_simulated_nodes_only() -> None:
    options: Any = next(yaml.safe_load_all(configuration(sandbox())))["options"]
    assert options["manageAllNodes"] is False
    assert options["manageNodesWithLabelSelector"] == "twinstack.io/simulated=true"
    assert options["nodeLeaseDurationSeconds"] == 40


def test_the_controller_itself_runs_on_a_real_node() -> None:
    (deployment,) = of_kind("Deployment")
    tolerated = {found["key"] for found in deployment["spec"]["template"]["spec"]["tolerations"]}
    assert tolerated == {"node-role.kubernetes.io/control-plane"}


def test_a_new_configuration_makes_new_pods() -> None:
    def annotation(text_of: Planned) -> str:
        found: Any = next(found for found in resources(text_of.build()) if found["kind"] == "Deployment")
        value: str = found["spec"]["template"]["metadata"]["annotations"]["twinstack.io/configuration"]
        return value

    assert annotation(Planned()) != annotation(Planned(kubernetes=False))


def test_stages_cover_the_life_of_nodes_and_pods() -> None:
    assert set(stages()) == {"node-initialize", "node-heartbeat", "pod-ready", "pod-complete", "pod-delete"}


def test_only_pods_of_jobs_end_by_themselves() -> None:
    complete = stages()["pod-complete"]
    assert {"key": ".metadata.ownerReferences.[].kind", "operator": "In", "values": ["Job"]} in complete["selector"][
        "matchExpressions"
    ]
    assert complete["delay"]["durationMilliseconds"] > 0


def test_a_deleted_pod_keeps_finalizers_of_others() -> None:
    assert stages()["pod-delete"]["next"] == {"delete": True}


def test_ready_names_the_deployment() -> None:
    (deployment,) = of_kind("Deployment")
    assert [(found.kind, found.name) for found in READY] == [("Deployment", name_of(deployment))]


def test_a_site_of_simulated_hosts_alone_has_nowhere_to_run_the_controller() -> None:
    assert kwok.COMPONENT.problems(sandbox()) == ()
    (problem,) = kwok.COMPONENT.problems(Planned().host("s1", pool("p", Stack.KUBERNETES), simulated=True).build())
    assert "need a real Kubernetes host" in problem
