from __future__ import annotations

from typing import Any

import pytest

from tests.unit import sites
from twinstack.inventory.model import Hardware, Service, Slice, Stack
from twinstack.planning import plan
from twinstack.planning.model import Plan, Share
from twinstack.rendering.slurm_nodes import gres, groups, login_nodes, members, numa_as_sockets, shape

GIB = 1 << 30


def owned(cores: range, *gpus: int, memory: int = 16 * GIB) -> Share:
    return Share(tuple(cores), gpus, memory)


def gpu_node(vendor: str = "nvidia", numa: tuple[int, ...] = (0, 0, 1, 1), **changes: Any) -> Hardware:
    fields = {"sockets": 2, "gpus": sites.gpus(len(numa) or 4, numa, vendor)} | changes
    return sites.hardware("gpu", 8, **fields)


def planned(*hosts: Any, **changes: Any) -> Plan:
    pools = (sites.pool("batch", Stack.SLURM), sites.pool("work", Stack.KUBERNETES))
    return plan(sites.site(hosts, pools, slurm=sites.slurm("batch"), **changes))


def test_a_whole_machine_reserves_nothing() -> None:
    node = shape(sites.hardware(cores=8), owned(range(8)), by_numa=False)
    assert node.definition == "Sockets=1 CoresPerSocket=8 ThreadsPerCore=1 RealMemory=16384"
    assert node.memory_per_cpu == 2048


def test_memory_that_is_set_aside_as_huge_pages_is_not_promised_to_jobs() -> None:
    bare, paged = (
        next(iter(groups(planned(sites.host("n1", "batch"), hardware=[sites.hardware(hugepages=pages)])))).shape
        for pages in ({}, {GIB: 6})
    )
    assert paged.memory == bare.memory - 6 * 1024
    assert paged.memory_per_cpu < bare.memory_per_cpu


def test_cores_of_others_are_reserved_with_all_their_threads() -> None:
    node = shape(sites.hardware(cores=4, threads_per_core=2), owned(range(1, 3)), by_numa=False)
    assert "CpuSpecList=0-1,6-7" in node.definition
    assert node.job_cpus == 4


def test_numa_nodes_stand_for_sockets_where_the_machine_shows_them() -> None:
    hardware = sites.hardware(cores=8, sockets=2, numa_per_socket=2)
    assert "Sockets=4 CoresPerSocket=4" in shape(hardware, owned(range(16)), by_numa=True).definition
    assert "Sockets=2 CoresPerSocket=8" in shape(hardware, owned(range(16)), by_numa=False).definition
    blind = sites.hardware(cores=8, sockets=2, numa_per_socket=2, absent=frozenset({"numa"}))
    assert "Sockets=2 CoresPerSocket=8" in shape(blind, owned(range(16)), by_numa=True).definition


def test_only_slurms_machines_decide_about_numa() -> None:
    fine = sites.hardware("fine", 8, numa_per_socket=2)
    classes = {"hardware": (sites.hardware(), fine)}
    slurms = planned(sites.host("a", "batch", hardware="fine"), sites.host("b", "work"), **classes)
    others = planned(sites.host("a", "batch"), sites.host("b", "work", hardware="fine"), **classes)
    assert numa_as_sockets(slurms)
    assert not numa_as_sockets(others)


def test_gpus_of_others_are_not_slurms() -> None:
    node = shape(gpu_node(), owned(range(8), 0, 1), by_numa=False)
    assert node.definition.endswith("Gres=gpu:h100:2")
    assert [(part.devices, part.cores) for part in gres(gpu_node(), owned(range(8), 0, 1))] == [
        ("/dev/nvidia[0-1]", "0-7")
    ]


def test_gpus_are_grouped_by_the_cores_of_their_numa_node() -> None:
    parts = list(gres(gpu_node(), owned(range(16), 0, 1, 2, 3)))
    assert [(part.devices, part.cores) for part in parts] == [("/dev/nvidia[0-1]", "0-7"), ("/dev/nvidia[2-3]", "8-15")]


def test_a_gpu_without_a_near_core_of_slurms_is_near_any() -> None:
    assert [part.cores for part in gres(gpu_node(), owned(range(8), 0, 3))] == ["0-7", ""]
    assert [part.cores for part in gres(gpu_node(numa=()), owned(range(8), 0))] == [""]


@pytest.mark.parametrize(
    ("vendor", "gpus", "devices"),
    [
        ("nvidia", (2,), "/dev/nvidia2"),
        ("nvidia", (0, 2, 3), "/dev/nvidia[0,2-3]"),
        ("amd", (0, 1), "/dev/dri/renderD[128-129]"),
        ("intel", (3,), "/dev/dri/renderD131"),
    ],
)
def test_devices_are_named_as_the_vendors_driver_does(vendor: str, gpus: tuple[int, ...], devices: str) -> None:
    hardware = gpu_node(vendor, numa=(), gpus=sites.gpus(4, (), vendor))
    assert next(gres(hardware, owned(range(16), *gpus))).devices == devices


def test_a_machine_without_gpus_has_no_gres() -> None:
    assert list(gres(sites.hardware(), owned(range(8)))) == []


def test_a_group_ends_where_the_definition_changes() -> None:
    two = sites.hardware("big", 16)
    hosts = [sites.host(f"n{i}", "batch", hardware="big" if i == 2 else "server") for i in range(1, 5)]
    found = [(group.names, group.addresses) for group in groups(planned(*hosts, hardware=(sites.hardware(), two)))]
    assert found == [("n1", "10.0.0.1"), ("n2", "10.0.0.2"), ("n[3-4]", "10.0.0.[3-4]")]


def test_members_are_the_machines_on_which_slurm_owns_cores() -> None:
    half = Slice(4, 0, None)
    pools = (
        sites.pool("both", Stack.SPLIT, split=sites.split(half, half)),
        sites.pool("swing", Stack.FLEXIBLE, owners={"f1": Stack.SLURM, "f2": Stack.KUBERNETES}),
    )
    hosts = (sites.host("s1", "both"), sites.host("f1", "swing"), sites.host("f2", "swing"), sites.host("head"))
    made = plan(sites.site(hosts, pools, slurm=sites.slurm("both", "swing")))
    assert [host.name for host in members(made)] == ["s1", "f1"]


def test_login_hosts_need_a_slurmd_unless_the_files_are_there_anyway() -> None:
    made = planned(
        sites.host("ctl", None, Service.SLURM_CONTROLLER, Service.LOGIN),
        sites.host("login1", None, Service.LOGIN),
        sites.host("n1", "batch", Service.LOGIN),
        sites.host("k1", "work", Service.LOGIN),
    )
    assert [host.name for host in login_nodes(made)] == ["login1", "k1"]
