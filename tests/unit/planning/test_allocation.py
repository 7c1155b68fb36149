from __future__ import annotations

import pytest

from tests.unit import sites
from twinstack.inventory.model import Ceph, Nic, Slice, Sriov, Stack, Tuning
from twinstack.planning.allocation import allocate, disk_owners, nic_owners, stack_of
from twinstack.planning.model import Allocation, Owner, Share

GIB, MIB = sites.GIB, 1 << 20


def split_of(slurm: Slice, kubernetes: Slice, system: Slice | None = None, **hardware: object) -> Allocation:
    pool = sites.pool("both", Stack.SPLIT, split=sites.split(slurm, kubernetes, system))
    return allocate(sites.hardware(**hardware), pool, Stack.SPLIT)


def shares(allocation: Allocation) -> tuple[Share, ...]:
    return tuple(share for share in (allocation.system, allocation.slurm, allocation.kubernetes) if share)


def test_a_host_outside_pools_is_all_the_systems() -> None:
    found = allocate(sites.hardware(cores=4, gpus=sites.gpus(2)), None, None)
    assert found == Allocation(Share((0, 1, 2, 3), (0, 1), 32 * GIB), None, None)


def test_a_slurm_host_gives_every_core_and_gpu_but_not_the_reserve() -> None:
    found = allocate(
        sites.hardware(cores=4, memory=64 * GIB, gpus=sites.gpus(2)), sites.pool("p", Stack.SLURM), Stack.SLURM
    )
    assert found == Allocation(Share((), (), 2 * GIB), Share((0, 1, 2, 3), (0, 1), 62 * GIB), None)


def test_the_reserve_of_a_small_machine_is_half_a_gibibyte() -> None:
    found = allocate(sites.hardware(memory=2 * GIB), sites.pool("p", Stack.SLURM), Stack.SLURM)
    assert found.system.memory == GIB // 2


def test_static_cpu_policy_keeps_one_core_for_the_system() -> None:
    pool = sites.pool("p", Stack.KUBERNETES, tuning=Tuning("static", "none", "None"))
    found = allocate(sites.hardware(cores=4), pool, Stack.KUBERNETES)
    assert found.system.cores == (0,)
    assert found.kubernetes is not None
    assert found.kubernetes.cores == (1, 2, 3)


def test_split_cores_are_contiguous_system_first() -> None:
    found = split_of(Slice(2, 0, None), Slice(4, 0, None), Slice(2, 0, None), cores=8)
    assert [share.cores for share in shares(found)] == [(0, 1), (2, 3), (4, 5, 6, 7)]


def test_cores_that_no_stack_claims_are_the_systems() -> None:
    found = split_of(Slice(2, 0, None), Slice(4, 0, None), cores=8)
    assert found.system.cores == (0, 1)


def test_gpus_go_where_the_cores_are() -> None:
    numa = {"sockets": 2, "cores": 48, "numa_per_socket": 2, "gpus": sites.gpus(8, (3, 3, 2, 2, 1, 1, 0, 0))}
    found = split_of(Slice(44, 4, None), Slice(48, 4, None), Slice(4, 0, None), **numa)
    assert [share.gpus for share in shares(found)] == [(), (4, 5, 6, 7), (0, 1, 2, 3)]


def test_gpus_of_unknown_place_go_in_order_and_the_rest_to_the_system() -> None:
    found = split_of(Slice(4, 1, None), Slice(4, 2, None), gpus=sites.gpus(4))
    assert [share.gpus for share in shares(found)] == [(3,), (0,), (1, 2)]


@pytest.mark.parametrize(
    ("system", "slurm", "kubernetes", "expected"),
    [
        (None, None, None, (8, 24, 32)),  # by cores: 2, 6, 8 of 16
        (None, 40, 20, (4, 40, 20)),  # the system has what is left
        (4, 40, None, (4, 40, 20)),
        (None, 60, None, (2, 60, 2)),  # never less than the reserve
        (1, None, None, (1, 27, 36)),
    ],
)
def test_memory_is_given_or_follows_the_cores(
    system: int | None, slurm: int | None, kubernetes: int | None, expected: tuple[int, ...]
) -> None:
    parts = zip((6, 8, 2), (slurm, kubernetes, system), strict=True)
    slices = [Slice(cores, 0, None if memory is None else memory * GIB) for cores, memory in parts]
    found = split_of(*slices, cores=16, memory=64 * GIB)
    assert tuple(share.memory // GIB for share in shares(found)) == expected


@pytest.mark.parametrize("cores", [(1, 1), (3, 4), (5, 2)])
def test_every_part_has_one_owner(cores: tuple[int, int]) -> None:
    found = split_of(Slice(cores[0], 3, None), Slice(cores[1], 2, None), gpus=sites.gpus(6), memory=7 * GIB)
    assert sorted(core for share in shares(found) for core in share.cores) == list(range(8))
    assert sorted(gpu for share in shares(found) for gpu in share.gpus) == list(range(6))
    lost = 7 * GIB - sum(share.memory for share in shares(found))
    assert 0 <= lost < 2 * MIB


PAGES = {2 * MIB: 512, GIB: 3}
"""4 GiB of huge pages."""


@pytest.mark.parametrize(
    ("stack", "holder"), [(Stack.SLURM, "slurm"), (Stack.KUBERNETES, "kubernetes"), (None, "system")]
)
def test_huge_pages_lie_within_the_memory_of_who_has_the_machine(stack: Stack | None, holder: str) -> None:
    pool = sites.pool("p", stack) if stack else None
    bare = getattr(allocate(sites.hardware(), pool, stack), holder)
    paged = allocate(sites.hardware(hugepages=PAGES), pool, stack)
    found = getattr(paged, holder)
    assert (found.hugepages, found.memory, found.whole_memory) == (PAGES, bare.memory - 4 * GIB, bare.memory)
    assert [share.hugepages for share in shares(paged) if share is not found] == [{}] * (len(shares(paged)) - 1)


@pytest.mark.parametrize("memory", [None, 16 * GIB])
def test_huge_pages_of_a_split_machine_are_kubernetes_and_cost_slurm_nothing(memory: int | None) -> None:
    parts = (Slice(4, 0, None), Slice(4, 0, memory))
    bare, paged = split_of(*parts), split_of(*parts, hugepages=PAGES)
    assert (paged.system, paged.slurm) == (bare.system, bare.slurm)
    assert paged.kubernetes
    assert bare.kubernetes
    assert (paged.kubernetes.hugepages, paged.kubernetes.memory) == (PAGES, bare.kubernetes.memory - 4 * GIB)


def test_flexible_pools_answer_by_host() -> None:
    pool = sites.pool("swing", Stack.FLEXIBLE, owners={"a": Stack.SLURM, "b": Stack.KUBERNETES})
    assert (stack_of(pool, "a"), stack_of(pool, "b"), stack_of(None, "c")) == (Stack.SLURM, Stack.KUBERNETES, None)


NICS = (Nic("ib0", "fabric", rdma=True), Nic("eth1", "management", rdma=False), Nic("eth2", "management", rdma=False))
NETWORKS = {"management": sites.network(), "fabric": sites.network("fabric", sriov=Sriov(2, "rdma_vf"))}


def test_nics_belong_to_the_stack_that_has_the_host() -> None:
    hardware = sites.hardware(nics=NICS)
    slurm = allocate(hardware, sites.pool("p", Stack.SLURM), Stack.SLURM)
    assert nic_owners(hardware, NETWORKS, slurm) == dict.fromkeys(("ib0", "eth1", "eth2"), Owner.SLURM)
    alone = allocate(hardware, None, None)
    assert set(nic_owners(hardware, NETWORKS, alone).values()) == {Owner.SYSTEM}


def test_split_hosts_share_ports_by_virtual_functions_else_by_cores() -> None:
    found = nic_owners(sites.hardware(nics=NICS), NETWORKS, split_of(Slice(4, 0, None), Slice(4, 0, None)))
    assert found == {
        "ib0": Owner.SLURM,
        "ib0v0": Owner.KUBERNETES,
        "ib0v1": Owner.KUBERNETES,
        "eth1": Owner.SLURM,
        "eth2": Owner.KUBERNETES,
    }


def test_ceph_has_listed_devices_of_listed_hosts_only() -> None:
    hardware = sites.hardware(disks=("/dev/disk/by-id/a", "/dev/disk/by-id/b"))
    ceph = Ceph(("s1",), ("/dev/disk/by-id/b",), None, None, None)
    listed = disk_owners(hardware, sites.host("s1"), ceph)
    assert listed == {"/dev/disk/by-id/a": Owner.SYSTEM, "/dev/disk/by-id/b": Owner.CEPH}
    assert set(disk_owners(hardware, sites.host("s2"), ceph).values()) == {Owner.SYSTEM}
    assert set(disk_owners(hardware, sites.host("s1"), None).values()) == {Owner.SYSTEM}
