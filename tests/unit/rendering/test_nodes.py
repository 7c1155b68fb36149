from __future__ import annotations

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import cluster, host, kubernetes_pool
from twinstack.inventory.model import Service, Stack, Taint
from twinstack.planning import plan
from twinstack.rendering import nodes

GPU = Taint("nvidia.com/gpu", "", "NoSchedule")
STORAGE = Taint("role", "storage", "NoExecute")


def test_a_node_says_pool_stack_rack_and_what_the_pool_says() -> None:
    planned = plan(cluster()).hosts["k1"]
    assert nodes.labels(planned) == {
        "twinstack.io/stack": "kubernetes",
        "twinstack.io/pool": "work",
        "tier": "services",
    }
    assert nodes.own_labels(planned) == {"twinstack.io/rack": "r1"}
    assert nodes.labels(plan(cluster()).hosts["s1"])["twinstack.io/stack"] == "split"


def test_a_simulated_node_says_so_and_a_host_without_rack_says_none() -> None:
    site = sites.site(
        [sites.host("g1", "sim", simulated=True, rack=None)],
        [sites.pool("sim", Stack.KUBERNETES)],
        kubernetes=sites.kubernetes(),
    )
    planned = plan(site).hosts["g1"]
    assert nodes.labels(planned)["twinstack.io/simulated"] == "true"
    assert nodes.own_labels(planned) == {}


def test_pools_taint_their_nodes() -> None:
    assert nodes.taints(host(kubernetes_pool(taints=(GPU, STORAGE)))) == (GPU, STORAGE)


def test_a_control_plane_keeps_workloads_off_unless_a_kubernetes_pool_has_it() -> None:
    control = Service.KUBERNETES_CONTROL_PLANE
    site = sites.site(
        [sites.host("a", None, control), sites.host("b", "batch", control), sites.host("c", "work", control)],
        [sites.pool("batch", Stack.SLURM, taints=(GPU,)), kubernetes_pool(taints=(STORAGE,))],
        kubernetes=sites.kubernetes(),
        slurm=sites.slurm("batch"),
    )
    found = {name: nodes.taints(planned) for name, planned in plan(site).hosts.items()}
    assert found == {"a": (nodes.CONTROL_PLANE_TAINT,), "b": (nodes.CONTROL_PLANE_TAINT,), "c": (STORAGE,)}


def test_a_taint_without_value_has_none_in_the_api() -> None:
    assert nodes.taint_document(GPU) == {"key": "nvidia.com/gpu", "effect": "NoSchedule"}
    assert nodes.taint_document(STORAGE) == {"key": "role", "value": "storage", "effect": "NoExecute"}
