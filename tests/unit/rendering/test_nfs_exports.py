from __future__ import annotations

from typing import Any

import pytest

from tests.unit import sites
from twinstack.inventory.model import NfsMount, Site
from twinstack.rendering import nfs_exports

HOME = NfsMount("home", "nas", "/srv/home", "/home", ())
DATA = NfsMount("data", "nas", "/srv/data", "/data", ())
ELSEWHERE = NfsMount("old", "filer.example.org", "/vol/old", "/old", ())


def site(*mounts: NfsMount, **storage: Any) -> Site:
    networks = (sites.network(), sites.network("fabric", "192.168.0.0/16"))
    return sites.site((sites.host("nas"),), networks=networks, storage=sites.storage(nfs=mounts, **storage))


def test_a_server_exports_its_own_to_the_sites_networks() -> None:
    text = nfs_exports.kernel(nfs_exports.exports(site(HOME, ELSEWHERE), "nas"))
    options = "rw,sync,no_subtree_check,sec=sys,root_squash"
    assert text == f'"/srv/home" 10.0.0.0/8({options}) 192.168.0.0/16({options})\n'


def test_root_is_root_only_where_volumes_are_provisioned() -> None:
    served = nfs_exports.exports(site(HOME, DATA, default_class="data"), "nas")
    assert [(export.path, export.root) for export in served] == [("/srv/home", False), ("/srv/data", True)]
    capacity = nfs_exports.exports(site(HOME, capacity_class="home"), "nas")
    assert "no_root_squash" in nfs_exports.kernel(capacity)


@pytest.mark.parametrize("name", ["home", "scratch"])
def test_a_directory_mounted_twice_is_exported_once(name: str) -> None:
    again = NfsMount("scratch", "nas", "/srv/home", "/scratch", ())
    served = nfs_exports.exports(site(HOME, again, default_class=name), "nas")
    assert [(export.path, export.root) for export in served] == [("/srv/home", True)]


def test_ganesha_gives_each_export_a_number_and_lets_only_the_networks_in() -> None:
    text = nfs_exports.ganesha(nfs_exports.exports(site(HOME, DATA), "nas"))
    assert text.count("EXPORT {") == 2
    assert "Export_Id = 1;" in text
    assert "Export_Id = 2;" in text
    assert text.count("  Access_Type = None;") == 2
    assert text.count("CLIENT { Clients = 10.0.0.0/8, 192.168.0.0/16; Access_Type = RW; }") == 2
    assert text.count("{") == text.count("}")
