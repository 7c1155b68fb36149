from __future__ import annotations

from tests.unit.tenancy.plans import Planned, pool, sandbox
from twinstack.inventory.model import Stack
from twinstack.planning.model import ComponentPlan
from twinstack.tenancy.tenants import has_queues, tenants


def test_tenants_are_projects_in_the_inventorys_order() -> None:
    assert [tenant.project for tenant in tenants(sandbox())] == ["climate", "genomics"]


def test_what_needs_kueue_is_kept_apart() -> None:
    climate, _ = tenants(sandbox())
    assert {str(found["apiVersion"]).split("/")[0] for found in climate.plain} == {"v1", "rbac.authorization.k8s.io"}
    assert [found["kind"] for found in climate.queued] == [
        "ClusterQueue",
        "LocalQueue",
        "LocalQueue",
        "RoleBinding",
        "RoleBinding",
    ]


def test_without_kueue_there_are_no_queues() -> None:
    off = {"kueue": ComponentPlan("kueue", on=False, why="switched off", settings={})}
    (tenant,) = tenants(Planned(components=off).host("h1", pool("p")).tenant("a", cpu=1).build())
    assert tenant.queued == ()
    assert tenant.plain


def test_without_capacity_there_are_no_queues() -> None:
    assert not has_queues(Planned().host("h1", pool("b", Stack.SLURM), cpus=0, slurm_cores=2).tenant("a").build())


def test_without_kubernetes_there_are_no_tenants() -> None:
    assert tenants(Planned(kubernetes=False).tenant("a").build()) == ()
