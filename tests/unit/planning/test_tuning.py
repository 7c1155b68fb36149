from __future__ import annotations

from typing import Any

import pytest

from tests.unit import sites
from twinstack.inventory.model import Hardware, KernelTuning, Pool, Slice, Stack
from twinstack.planning.allocation import allocate
from twinstack.planning.tuning import HostTuning, Pages, is_tuned, tuning_of

NODES = {"sockets": 2, "cores_per_socket": 4, "numa_per_socket": 2}
GIB, MIB = 1 << 30, 1 << 20


def tuned(stack: str = "slurm", kernel: KernelTuning | None = None, **changes: Any) -> HostTuning:
    hardware = sites.hardware(**(NODES | changes))
    pool = pool_of(stack, kernel or KernelTuning())
    return tuning_of(hardware, pool, allocate(hardware, pool, pool.stack), stack)


def pool_of(stack: str, kernel: KernelTuning, **changes: Any) -> Pool:
    parts = None
    if stack == "split":
        parts = sites.split(Slice(3, 0, None), Slice(3, 0, None), Slice(2, 0, None))
    return sites.pool("p", Stack(stack), split=parts, kernel=kernel, **changes)


@pytest.mark.parametrize(("stack", "pages"), [("slurm", "always"), ("kubernetes", "madvise"), ("split", "madvise")])
def test_usual_values_follow_the_stack(stack: str, pages: str) -> None:
    assert (tuned(stack).governor, tuned(stack).transparent_hugepages) == ("performance", pages)


def test_numa_balancing_is_off_only_where_work_is_bound_to_several_nodes() -> None:
    assert tuned("slurm").numa_balancing is False
    assert tuned("kubernetes").numa_balancing is None
    assert tuned("slurm", sockets=1, numa_per_socket=1).numa_balancing is None
    assert tuned("slurm", KernelTuning(numa_balancing=True)).numa_balancing is True


def test_the_pool_has_the_last_word() -> None:
    said = KernelTuning(governor="powersave", transparent_hugepages="never", sysctl={"vm.swappiness": "1"})
    found = tuned("kubernetes", said)
    assert (found.governor, found.transparent_hugepages, found.sysctl) == ("powersave", "never", {"vm.swappiness": "1"})


def pages(size: int, counts: dict[int, int], stack: str = "slurm", **changes: Any) -> list[int]:
    """Pages of a size on each node of a machine."""
    return [page.count for page in tuned(stack, hugepages=counts, **changes).hugepages if page.size == size]


def test_huge_pages_are_dealt_out_and_none_is_lost() -> None:
    counts = {2 * MIB: 10, GIB: 2}
    assert pages(2 * MIB, counts) == [3, 3, 2, 2]
    assert pages(GIB, counts) == [1, 1, 0, 0]
    assert tuned(hugepages=counts).hugepages[4] == Pages(0, GIB, 1)


def test_huge_pages_of_a_split_machine_are_on_the_nodes_of_kubernetes_cores() -> None:
    # Kubernetes has the last three of eight cores, of two a node: its pages are in proportion.
    assert pages(2 * MIB, {2 * MIB: 10}, "split") == [0, 0, 3, 7]
    assert pages(2 * MIB, {2 * MIB: 10}, "split", numa_per_socket=1) == [0, 10]


def test_huge_pages_that_those_nodes_have_no_room_for_are_dealt_out_to_all() -> None:
    # A node of 8 GiB shows a little less.
    assert pages(GIB, {GIB: 10}, "split") == [0, 0, 3, 7]
    assert pages(GIB, {GIB: 12}, "split") == [3, 3, 3, 3]


def test_interrupts_and_logins_stay_on_the_systems_cores_of_split_hosts() -> None:
    found = tuned("split", threads_per_core=2)
    assert found.system_cpus == (0, 1, 8, 9)
    assert found.quiet_cpus == (2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15)
    assert tuned("split", KernelTuning(interrupts="all")).quiet_cpus == ()
    assert tuned("slurm").quiet_cpus == ()


def test_without_cores_of_its_own_the_system_shares_all() -> None:
    hardware = sites.hardware(cores=8)
    half = Slice(4, 0, None)
    pool = sites.pool("p", Stack.SPLIT, split=sites.split(half, half))
    assert tuning_of(hardware, pool, allocate(hardware, pool, Stack.SPLIT), "split").quiet_cpus == ()


@pytest.mark.parametrize(
    ("hardware", "sysctl", "pooled", "expected"),
    [
        (sites.hardware(), {}, True, True),
        (sites.hardware(), {}, False, False),
        (sites.hardware(hugepages={2 * MIB: 1}), {}, False, True),
        (sites.hardware(absent=frozenset({"own-memory"})), {}, True, False),
        (sites.hardware(absent=frozenset({"own-memory"})), {"vm.swappiness": "1"}, True, False),
        (sites.hardware(absent=frozenset({"own-memory"})), {"net.core.somaxconn": "1"}, True, True),
    ],
)
def test_a_host_has_the_role_only_with_something_to_set(
    hardware: Hardware,
    sysctl: dict[str, str],
    pooled: bool,  # noqa: FBT001
    expected: bool,  # noqa: FBT001
) -> None:
    pool = pool_of("slurm", KernelTuning(sysctl=sysctl)) if pooled else None
    assert is_tuned(hardware, pool, allocate(hardware, pool, Stack.SLURM if pool else None)) is expected
