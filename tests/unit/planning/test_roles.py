from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit import sites
from twinstack.inventory.model import GpfsMount, LustreMount, NfsMount, Service, Stack
from twinstack.planning import plan
from twinstack.planning.roles import ORDER, mounts_of

ROLES = {
    "head": "base users munge nfs-server slurm-accounting slurm-controller slurm-login containerd"
    " kubernetes-control-plane node-exporter slurm-exporter scrape-targets",
    "c1": "base users tuning munge nfs-client slurm-compute node-exporter",
    "k1": "base users tuning nfs-client containerd kubernetes-worker node-exporter",
    "s1": "base users tuning munge nfs-client slurm-compute containerd kubernetes-worker node-exporter",
    "f1": "base users tuning munge nfs-client slurm-compute node-exporter",
    "f2": "base users tuning nfs-client containerd kubernetes-worker node-exporter",
    "g1": "",
}


@pytest.mark.parametrize("host", ROLES)
def test_roles_follow_services_and_owners(host: str) -> None:
    assert " ".join(plan(sites.dual()).hosts[host].roles) == ROLES[host]


def test_roles_come_in_order() -> None:
    for host in plan(sites.dual()).hosts.values():
        assert list(host.roles) == [role for role in ORDER if role in host.roles]


def test_maintenance_changes_no_role() -> None:
    site = sites.dual()
    resting = replace(site, hosts={**site.hosts, "c1": replace(site.hosts["c1"], maintenance=True)})
    assert plan(resting).hosts["c1"].roles == plan(site).hosts["c1"].roles


def test_services_of_a_stack_that_the_site_lacks_bring_no_role() -> None:
    services = (Service.SLURM_CONTROLLER, Service.KUBERNETES_CONTROL_PLANE, Service.LOGIN)
    alone = sites.site([sites.host("head", None, *services)])
    assert plan(alone).hosts["head"].roles == ("base", "users")


def test_a_control_plane_in_a_pool_does_not_join_itself() -> None:
    host = sites.host("k1", "work", Service.KUBERNETES_CONTROL_PLANE)
    site = sites.site([host], [sites.pool("work", Stack.KUBERNETES)], kubernetes=sites.kubernetes())
    roles = plan(site).hosts["k1"].roles
    assert "kubernetes-control-plane" in roles
    assert "kubernetes-worker" not in roles


def test_controllers_mount_where_they_share_state() -> None:
    storage = sites.storage(nfs=(NfsMount("state", "nfs", "/srv/state", "/state", ()),))
    hosts = [sites.host("ctl", None, Service.SLURM_CONTROLLER), sites.host("nfs", None, Service.NFS_SERVER)]
    alone = plan(sites.site(hosts, slurm=sites.slurm(), storage=storage))
    shared = plan(sites.site(hosts, slurm=sites.slurm(state_location="/state"), storage=storage))
    assert "nfs-client" not in alone.hosts["ctl"].roles
    assert "nfs-client" in shared.hosts["ctl"].roles
    assert "nfs-client" not in shared.hosts["nfs"].roles


@pytest.mark.parametrize("state", ["/gpfs/slurm", "/scratch/slurm", None])
def test_controllers_mount_what_holds_their_state_and_nothing_else(state: str | None) -> None:
    storage = sites.storage(
        nfs=(NfsMount("home", "elsewhere.example.org", "/home", "/home", ()),),
        lustre=(LustreMount("scratch", "10.0.0.250@tcp", "scratch", "/scratch", None),),
        gpfs=(GpfsMount("work", "fs1", "/gpfs"),),
    )
    hosts = [sites.host("ctl", None, Service.SLURM_CONTROLLER)]
    roles = plan(sites.site(hosts, slurm=sites.slurm(state_location=state), storage=storage)).hosts["ctl"].roles
    mounting = {"nfs-client", "lustre-client", "gpfs-mount"} & set(roles)
    assert mounting == {"/gpfs/slurm": {"gpfs-mount"}, "/scratch/slurm": {"lustre-client"}, None: set()}[state]


def test_a_server_mounts_only_what_others_serve() -> None:
    site = sites.dual()
    assert mounts_of(site, site.hosts["head"]) == ()
    assert [mount.name for mount in mounts_of(site, site.hosts["c1"])] == ["home"]


def test_exporters_run_where_somebody_scrapes_them() -> None:
    scraped = [sites.host("mon", None, Service.MONITORING), sites.host("c1")]
    alone = plan(sites.site([sites.host("c1")])).hosts["c1"].roles
    assert "node-exporter" not in alone
    assert "node-exporter" in plan(sites.site(scraped)).hosts["c1"].roles
    cluster = sites.site([sites.host("k1")], kubernetes=sites.kubernetes())
    assert "node-exporter" in plan(cluster).hosts["k1"].roles
    off = sites.site([sites.host("k1")], kubernetes=sites.kubernetes(components={"kube-prometheus-stack": None}))
    assert "node-exporter" not in plan(off).hosts["k1"].roles
