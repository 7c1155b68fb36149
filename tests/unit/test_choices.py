from __future__ import annotations

from tests.unit import sites
from twinstack.choices import choices
from twinstack.inventory.model import NfsMount, Service
from twinstack.planning import plan

CLASSES = (sites.hardware("metal"), sites.hardware("small", absent=frozenset({"kernel-nfs-server"})))
HOSTS = (
    sites.host("n1", None, Service.NFS_SERVER, hardware="metal"),
    sites.host("n2", None, Service.NFS_SERVER, hardware="metal"),
    sites.host("n3", None, Service.NFS_SERVER, hardware="small"),
)


def test_which_nfs_server_serves_is_told_with_the_key_that_decides() -> None:
    nfs = tuple(NfsMount(name, name, "/srv", f"/{name}", ()) for name in ("n1", "n2", "n3"))
    kernel, ganesha = choices(plan(sites.site(HOSTS, hardware=CLASSES, storage=sites.storage(nfs=nfs))))
    assert (kernel.where, kernel.chosen) == ("n[1-2]", "the kernel's server")
    assert (ganesha.where, ganesha.chosen) == ("n3", "nfs-ganesha")
    assert "hardware.small.absent" in ganesha.why


def test_a_site_without_choices_has_none() -> None:
    assert choices(plan(sites.site((sites.host("n1"),)))) == ()
