from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.unit import sites
from twinstack.inventory.model import NfsMount, Site
from twinstack.rendering import mount_units

PATHS = ["/home", "/data/sets", "/a-b/c_d", "/x y", "/.hidden", "/über", "/", "/a//b/", "/v1.2:x"]
HOME = NfsMount("home", "nas", "/srv/home", "/home", ("vers=4.2", "hard"))


def site(*mounts: NfsMount) -> Site:
    return sites.site((sites.host("nas"),), storage=sites.storage(nfs=mounts))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home", "home.mount"),
        ("/data/sets", "data-sets.mount"),
        ("/a-b", r"a\x2db.mount"),
        ("/x y", r"x\x20y.mount"),
        ("/.hidden", r"\x2ehidden.mount"),
        ("/", "-.mount"),
    ],
)
def test_unit_names(path: str, name: str) -> None:
    assert mount_units.unit_name(path, "mount") == name


@pytest.mark.skipif(shutil.which("systemd-escape") is None, reason="no systemd here")
@pytest.mark.parametrize("path", PATHS)
def test_unit_names_are_systemds(path: str) -> None:
    command = ["systemd-escape", "--path", "--suffix=mount", path]
    expected = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert mount_units.unit_name(path, "mount") == expected


def test_a_mount_of_the_sites_server_needs_no_name_service() -> None:
    text = mount_units.nfs(site(HOME), HOME)
    assert "What=10.0.0.1:/srv/home\n" in text
    assert "Options=vers=4.2,hard,_netdev\n" in text
    assert "TimeoutSec=" in text


def test_a_server_elsewhere_is_named() -> None:
    other = NfsMount("old", "filer.example.org", "/vol", "/old", ("_netdev",))
    text = mount_units.nfs(site(other), other)
    assert "What=filer.example.org:/vol\n" in text
    assert "Options=_netdev\n" in text


def test_mounting_waits_for_the_first_use() -> None:
    text = mount_units.automount(HOME)
    assert "[Automount]\nWhere=/home\n" in text
    assert "WantedBy=remote-fs.target" in text


def test_the_server_binds_its_export() -> None:
    assert "What=/srv/home\nWhere=/home\nType=none\nOptions=bind\n" in mount_units.bind(HOME)
