from __future__ import annotations

from tests.unit import sites
from twinstack.declare.peers import control_planes, peers
from twinstack.inventory.model import Service, Stack
from twinstack.planning import plan


def test_nodes_of_a_pool_are_listed_by_scheduler_and_simulated_ones_are_none() -> None:
    assert peers(plan(sites.dual())) == {
        "": {"kubernetes": "head"},
        "batch": {"slurm": "c[1-2]"},
        "work": {"kubernetes": "k1"},
        "both": {"kubernetes": "s1", "slurm": "s1"},
        "swing": {"slurm": "f1", "kubernetes": "f2"},
        "sim": {},
    }


def test_control_planes_are_listed_wherever_they_are() -> None:
    planes = [sites.host(f"p{number}", "work", Service.KUBERNETES_CONTROL_PLANE) for number in (1, 2)]
    hosts = (*planes, sites.host("p3", None, Service.KUBERNETES_CONTROL_PLANE), sites.host("k1", "work"))
    site = sites.site(hosts, (sites.pool("work", Stack.KUBERNETES),), kubernetes=sites.kubernetes())
    assert control_planes(plan(site)) == "p[1-3]"
