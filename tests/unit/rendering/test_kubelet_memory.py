from __future__ import annotations

import pytest

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import GIB, host, kubernetes_pool, split_pool
from twinstack.inventory.model import Slice
from twinstack.planning import plan
from twinstack.planning.model import HostPlan
from twinstack.rendering import kubelet_memory

MIB = kubelet_memory.MIB


def wide(numa_per_socket: int = 2, memory: int = 64 * GIB, cores: int = 8) -> HostPlan:
    """A split machine of two sockets: the system has core 0, Slurm the rest of the first half, Kubernetes the other."""
    pool = split_pool(
        slurm=Slice(cores=cores - 1, gpus=0, memory=24 * GIB),
        kubernetes=Slice(cores=cores, gpus=0, memory=32 * GIB),
        system=Slice(cores=1, gpus=0, memory=memory - 56 * GIB),
    )
    return host(pool, sites.hardware(cores=cores, sockets=2, numa_per_socket=numa_per_socket, memory=memory))


def test_what_is_not_kubernetes_is_reserved_with_the_eviction_threshold_in_it() -> None:
    assert kubelet_memory.reserved(wide()) == 32 * 1024
    assert kubelet_memory.system_reserved(wide()) == 32 * 1024 - kubelet_memory.EVICTION


def test_a_whole_machine_keeps_what_the_plan_leaves_to_the_system() -> None:
    planned = host(kubernetes_pool())
    share = planned.allocation.kubernetes
    assert share is not None
    assert kubelet_memory.reserved(planned) * MIB == planned.hardware.memory - share.memory


def test_a_rest_of_a_mib_is_rounded_up() -> None:
    planned = host(kubernetes_pool(), memory=32 * GIB + 1)
    share = planned.allocation.kubernetes
    assert share is not None
    assert (kubelet_memory.reserved(planned) - 1) * MIB < planned.hardware.memory - share.memory
    assert kubelet_memory.reserved(planned) * MIB >= planned.hardware.memory - share.memory


def test_a_host_without_workloads_reserves_what_eviction_needs() -> None:
    site = sites.site([sites.host("n1")], kubernetes=sites.kubernetes())
    assert kubelet_memory.reserved(plan(site).hosts["n1"]) == kubelet_memory.EVICTION


def test_nodes_with_foreign_cores_bear_the_reservation() -> None:
    # Four NUMA nodes of 24 GiB; the others have the first eight of sixteen cores, on nodes 0 and 1.
    pool = split_pool(Slice(8, 0, 32 * GIB), Slice(8, 0, 64 * GIB), Slice(0, 0, 0))
    planned = host(pool, sites.hardware(cores=8, sockets=2, numa_per_socket=2, memory=96 * GIB))
    assert kubelet_memory.by_numa_node(planned) == (16 * 1024, 16 * 1024, 0, 0)


def test_what_does_not_fit_beside_its_cores_goes_where_there_is_room() -> None:
    # Nodes of 16 GiB show a little less.
    assert kubelet_memory.by_numa_node(wide()) == (15 * 1024, 15 * 1024, 2 * 1024, 0)


def test_huge_pages_leave_less_room() -> None:
    pool = split_pool(Slice(4, 0, 24 * GIB), Slice(4, 0, 32 * GIB), Slice(0, 0, 8 * GIB))
    machine = sites.hardware(cores=4, sockets=2, memory=64 * GIB, hugepages={1 * GIB: 32})
    assert kubelet_memory.by_numa_node(host(pool, machine)) == (15 * 1024, 17 * 1024)


def test_without_foreign_cores_all_nodes_bear_alike() -> None:
    planned = host(kubernetes_pool(), sites.hardware(cores=4, sockets=2, memory=64 * GIB))
    first, second = kubelet_memory.by_numa_node(planned)
    assert abs(first - second) <= 1


@pytest.mark.parametrize("memory", [57 * GIB, 64 * GIB, 64 * GIB + 12345, 100 * GIB - 1])
@pytest.mark.parametrize("numa", [1, 2, 4])
def test_the_nodes_bear_exactly_what_is_reserved(memory: int, numa: int) -> None:
    planned = wide(numa, memory)
    assert sum(kubelet_memory.by_numa_node(planned)) == kubelet_memory.reserved(planned)


def test_a_machine_that_shows_no_numa_nodes_has_one() -> None:
    planned = host(kubernetes_pool(), sites.hardware(sockets=2, absent=frozenset({"numa"})))
    assert kubelet_memory.by_numa_node(planned) == (kubelet_memory.reserved(planned),)
