from __future__ import annotations

from tests.unit import sites
from twinstack.inventory.model import Slice, Stack
from twinstack.planning import plan


def test_every_host_is_planned_in_the_inventorys_order() -> None:
    site = sites.dual()
    assert list(plan(site).hosts) == list(site.hosts)


def test_stacks_are_told_apart() -> None:
    stacks = {name: host.stack for name, host in plan(sites.dual()).hosts.items()}
    assert stacks == {
        "head": "services",
        "c1": "slurm",
        "c2": "slurm",
        "k1": "kubernetes",
        "s1": "split",
        "f1": "slurm",
        "f2": "kubernetes",
        "g1": "kubernetes",
    }


def test_alike_hosts_share_one_allocation() -> None:
    hosts = plan(sites.dual()).hosts
    assert hosts["c1"].allocation is hosts["c2"].allocation
    assert hosts["f1"].allocation is not hosts["f2"].allocation


def test_pod_ranges_are_for_machines_with_a_runtime() -> None:
    cidrs = {name: host.pod_cidr for name, host in plan(sites.dual()).hosts.items() if host.pod_cidr}
    assert cidrs == {"head": "10.244.1.0/24", "k1": "10.244.4.0/24", "s1": "10.244.5.0/24", "f2": "10.244.7.0/24"}


def test_two_hardware_classes_in_a_pool_are_divided_each_for_itself() -> None:
    pool = sites.pool("both", Stack.SPLIT, split=sites.split(Slice(2, 0, None), Slice(2, 0, None)))
    hosts = [sites.host("a", "both"), sites.host("b", "both", hardware="big")]
    site = sites.site(hosts, [pool], hardware=(sites.hardware(cores=4), sites.hardware("big", cores=6)))
    found = plan(site).hosts
    assert found["a"].allocation.system.cores == ()
    assert found["b"].allocation.system.cores == (0, 1)
