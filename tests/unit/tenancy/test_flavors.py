from __future__ import annotations

from tests.unit.tenancy.plans import GIB, GPU, Planned, pool, sandbox
from twinstack.inventory.model import Stack, Taint
from twinstack.tenancy.flavors import flavors, resources


def test_one_flavor_a_pool_free_ones_first_simulated_last() -> None:
    tainted = pool("tainted", Stack.KUBERNETES, Taint("a", "", "NoSchedule"))
    made = Planned().host("g1", pool("fake"), simulated=True).host("t1", tainted).host("f1", pool("free"))
    assert [flavor.name for flavor in flavors(made.build())] == ["free", "tainted", "fake-simulated"]


def test_capacity_is_what_kubernetes_owns_of_the_pool() -> None:
    assert {flavor.name: flavor.capacity for flavor in flavors(sandbox())} == {
        "services": {"cpu": 4, "memory": 2 * GIB},
        "shared": {"cpu": 1, "memory": GIB // 2},
        "ai-simulated": {"cpu": 256, "memory": 2048 * GIB, GPU: 32},
    }


def test_cpus_are_logical_ones() -> None:
    (flavor,) = flavors(Planned().host("h1", pool("p"), cpus=4, threads=2).build())
    assert flavor.capacity["cpu"] == 8


def test_a_pool_with_both_kinds_of_hosts_has_two_flavors() -> None:
    both = pool("p")
    found = flavors(Planned().host("real", both).host("fake", both, simulated=True).build())
    assert [(flavor.name, flavor.simulated) for flavor in found] == [("p", False), ("p-simulated", True)]


def test_hosts_of_slurm_are_no_capacity() -> None:
    assert flavors(Planned().host("h1", pool("batch", Stack.SLURM), cpus=0, slurm_cores=4).build()) == ()


def test_simulated_nodes_are_told_apart_by_label_and_taint() -> None:
    *_, ai = flavors(sandbox())
    assert ai.node_labels == {"twinstack.io/pool": "ai", "twinstack.io/simulated": "true", "tier": "training"}
    assert [taint["key"] for taint in ai.node_taints] == [GPU, "twinstack.io/simulated"]


def test_a_flavor_takes_eight_labels_and_keeps_the_pool_among_them() -> None:
    labels = {f"l{number}": "x" for number in range(12)}
    (flavor,) = flavors(Planned().host("h1", pool("p", Stack.KUBERNETES, **labels)).build())
    assert len(flavor.node_labels) == 8
    assert flavor.node_labels["twinstack.io/pool"] == "p"


def test_resources_are_counted_even_if_only_a_quota_names_them() -> None:
    made = Planned().host("h1", pool("p")).tenant("a", cpu=1, gpu=2)
    assert resources(made.build()) == ("cpu", "memory", GPU)
