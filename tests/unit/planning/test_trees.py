from __future__ import annotations

from tests.unit import sites
from twinstack.inventory.model import LustreMount, NfsMount, Service, Site, Stack
from twinstack.planning.trees import Place, place_of

HOME = NfsMount("home", "nas", "/export/home", "/home", ())
APPS = NfsMount("apps", "filer.example.org", "/vol", "/apps", ())
SCRATCH = LustreMount("scratch", "10.0.0.9@tcp", "scratch", "/scratch", None)


def site(*services: Service) -> Site:
    return sites.site(
        (sites.host("nas", None, Service.NFS_SERVER), sites.host("front", None, *services), sites.host("n1", "batch")),
        (sites.pool("batch", Stack.SLURM),),
        slurm=sites.slurm("batch"),
        storage=sites.storage(nfs=(HOME, APPS), lustre=(SCRATCH,)),
    )


def test_a_served_directory_is_made_at_the_export() -> None:
    assert place_of(site(), "/home/software/spack") == Place("nas", "/export/home/software/spack")


def test_on_a_mount_from_elsewhere_the_first_login_host_makes_it() -> None:
    assert place_of(site(Service.LOGIN), "/apps/spack") == Place("front", "/apps/spack")
    assert place_of(site(Service.LOGIN), "/scratch/spack") == Place("front", "/scratch/spack")


def test_without_login_hosts_a_host_of_jobs_makes_it() -> None:
    assert place_of(site(), "/apps/spack") == Place("n1", "/apps/spack")


def test_what_is_on_no_mount_is_every_hosts_own() -> None:
    place = place_of(site(), "/opt/modules")
    assert place == Place(None, "/opt/modules")
    assert place.on("n1")
    assert not place_of(site(), "/home/x").on("n1")
