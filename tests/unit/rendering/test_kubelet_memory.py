from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import GIB, STATIC, host, kubernetes_pool, split_pool
from twinstack.inventory.model import Slice
from twinstack.planning import plan
from twinstack.planning.model import HostPlan
from twinstack.planning.tuning import host_tuning
from twinstack.rendering import kubelet, kubelet_memory

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


def paged(pages: int, system: int = 8, slurm: int = 24, **changes: Any) -> HostPlan:
    """A machine of 64 GiB with so many pages of 1 GiB, of which Kubernetes has half the cores and what is left."""
    rest = (64 - system - slurm) * GIB
    pool = split_pool(Slice(4, 0, slurm * GIB), Slice(4, 0, rest), Slice(0, 0, system * GIB), tuning=STATIC)
    return host(pool, sites.hardware(cores=4, sockets=2, memory=64 * GIB, hugepages={GIB: pages}, **changes))


def test_huge_pages_lie_within_the_share_and_are_not_reserved() -> None:
    assert kubelet_memory.reserved(paged(16)) == kubelet_memory.reserved(paged(0)) == 32 * 1024
    assert kubelet_memory.offered(paged(16)) == 16 * GIB


def test_huge_pages_leave_less_room() -> None:
    # 28 GiB on the second node, where Kubernetes has its cores; what the first one shows is reserved on it.
    assert kubelet_memory.by_numa_node(paged(28)) == (30 * 1024, 2 * 1024)


@pytest.mark.parametrize("pages", [0, 5, 16, 28, 31])
@pytest.mark.parametrize(("system", "slurm"), [(8, 24), (2, 8), (1, 31)])
@pytest.mark.parametrize("changes", [{}, {"numa_per_socket": 2}, {"absent": frozenset({"numa"})}])
def test_a_kubelet_accepts_the_reservation(pages: int, system: int, slurm: int, changes: dict[str, Any]) -> None:
    """As its static memory manager judges it: sums by type (validateReservedMemory), rests by node (uint64)."""
    planned = paged(pages, system, slurm, **changes)
    found = kubelet.settings(planned, keep_images=False)
    reserved: Any = found["reservedMemory"]
    assert {name for each in reserved for name in each["limits"]} == {"memory"}
    by_node = {each["numaNode"]: int(each["limits"]["memory"].removesuffix("Mi")) for each in reserved}
    taken: Any = found["systemReserved"]
    assert set(taken) == {"memory"}
    assert sum(by_node.values()) == int(taken["memory"].removesuffix("Mi")) + kubelet_memory.EVICTION
    nodes = kubelet_memory.numa_nodes(planned)
    held = Counter[int]()
    for page in host_tuning(planned).hugepages:
        held[page.node if nodes > 1 else 0] += page.size * page.count
    rests = [planned.hardware.memory // nodes - held[node] - by_node.get(node, 0) * MIB for node in range(nodes)]
    assert all(rest >= 0 for rest in rests), rests
    assert sum(rests) == kubelet_memory.offered(planned)


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
