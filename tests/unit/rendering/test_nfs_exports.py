from __future__ import annotations

import re
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


def test_ganesha_lets_only_the_networks_in() -> None:
    text = nfs_exports.ganesha_exports(nfs_exports.exports(site(HOME, DATA), "nas"))
    assert text.count("EXPORT {") == 2
    assert text.count("  Access_Type = None;") == 2
    assert text.count("CLIENT { Clients = 10.0.0.0/8, 192.168.0.0/16; Access_Type = RW; }") == 2
    assert text.count("{") == text.count("}")


def test_an_export_keeps_its_number_when_another_one_goes() -> None:
    both, one = (
        nfs_exports.ganesha_exports(nfs_exports.exports(site(*mounts), "nas")) for mounts in ((HOME, DATA), (DATA,))
    )
    assert one in both
    assert len(set(re.findall(r"Export_Id = (\d+);", both))) == 2


def test_every_export_has_a_number_of_its_own() -> None:
    many = tuple(nfs_exports.Export(f"/srv/{index}", ("10.0.0.0/8",), root=False) for index in range(2000))
    numbers = [int(number) for number in re.findall(r"Export_Id = (\d+);", nfs_exports.ganesha_exports(many))]
    assert len(set(numbers)) == 2000
    assert all(1 <= number <= 65535 for number in numbers)


def test_ganesha_reads_the_exports_from_a_file_of_their_own() -> None:
    assert f'%include "{nfs_exports.GANESHA_EXPORTS}"' in nfs_exports.ganesha()
