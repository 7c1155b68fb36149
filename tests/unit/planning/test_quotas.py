from __future__ import annotations

from tests.unit import sites
from twinstack.inventory.model import Project, Site, Stack
from twinstack.planning import plan
from twinstack.planning.quotas import hugepages_of

GIB = sites.GIB


def site_with(*projects: Project) -> Site:
    return sites.site(
        [sites.host("k1", "work"), sites.host("c1", "batch")],
        [sites.pool("work", Stack.KUBERNETES), sites.pool("batch", Stack.SLURM)],
        hardware=(sites.hardware(cores=8, memory=32 * GIB, threads_per_core=2, gpus=sites.gpus(4, vendor="amd")),),
        kubernetes=sites.kubernetes(),
        projects=projects,
    )


def test_quotas_are_shares_of_what_kubernetes_owns() -> None:
    quotas = plan(site_with(sites.project("a", share=3), sites.project("b", share=1))).quotas
    assert quotas["a"].resources == {"cpu": 12, "memory": 31 * GIB * 3 // 4, "amd.com/gpu": 3}
    assert quotas["b"].resources == {"cpu": 4, "memory": 31 * GIB // 4, "amd.com/gpu": 1}


def test_quotas_count_the_memory_that_is_no_huge_pages() -> None:
    pool = sites.pool("work", Stack.KUBERNETES)
    machine = sites.hardware(memory=32 * GIB, hugepages={GIB: 6})
    fields = {"kubernetes": sites.kubernetes(), "projects": [sites.project("a")]}
    found = plan(sites.site([sites.host("k1", "work")], [pool], hardware=[machine], **fields))
    assert found.quotas["a"].resources == {"cpu": 8, "memory": 25 * GIB}
    assert hugepages_of(found.hosts["k1"]) == {"hugepages-1Gi": 6 * GIB}


def test_a_given_quota_stands_as_it_is() -> None:
    quotas = plan(site_with(sites.project("a", quota={"cpu": 3}), sites.project("b"))).quotas
    assert quotas["a"].resources == {"cpu": 3}
    assert quotas["b"].resources["cpu"] == 8


def test_without_kubernetes_there_are_no_quotas() -> None:
    site = sites.site([sites.host("c1", "batch")], [sites.pool("batch", Stack.SLURM)], projects=[sites.project("a")])
    assert plan(site).quotas == {}
