from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit import sites
from twinstack.inventory.model import NfsMount, Site
from twinstack.planning import plan
from twinstack.rendering import mount_units
from twinstack.rendering.mount_units import NetworkMount
from twinstack.rendering.renderer import Renderer

PATHS = ["/home", "/data/sets", "/a-b/c_d", "/x y", "/.hidden", "/über", "/", "/a//b/", "/v1.2:x"]
UNITS = "/etc/systemd/system"
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
    assert mount_units.nfs(site(HOME), HOME).what == "10.0.0.1:/srv/home"


def test_a_server_elsewhere_is_named() -> None:
    other = NfsMount("old", "filer.example.org", "/vol", "/old", ("_netdev",))
    text = mount_units.text(mount_units.nfs(site(other), other))
    assert "What=filer.example.org:/vol\n" in text
    assert "Options=_netdev,nofail\n" in text


def test_a_mount_gives_up_after_a_deadline_and_is_tried_again_at_each_use() -> None:
    text = mount_units.text(mount_units.nfs(site(HOME), HOME))
    assert "Options=vers=4.2,hard,_netdev,nofail\n" in text
    assert "TimeoutSec=30s\n" in text
    assert "StartLimitIntervalSec=0\n" in text
    assert "[Install]" not in text


def test_a_mount_stands_on_the_units_that_it_needs() -> None:
    mount = NetworkMount("scratch", "10.0.0.1@tcp:/scratch", "/scratch", "lustre", needs=("lnet.service",))
    text = mount_units.text(mount)
    assert "Requires=lnet.service\n" in text
    assert "After=network-online.target lnet.service\n" in text


def test_mounting_waits_for_the_first_use() -> None:
    text = mount_units.automount("/home", ("slurmd.service", "kubelet.service"))
    assert "Before=slurmd.service kubelet.service\n" in text
    assert "[Automount]\nWhere=/home\n" in text
    assert "WantedBy=remote-fs.target" in text


def test_a_pair_is_placed_under_systemds_names_and_only_the_automount_runs() -> None:
    renderer = Renderer(plan(site(HOME)))
    mount = NetworkMount("home", "nas:/srv/home", "/data/home", "nfs")
    placed = mount_units.files(renderer, mount)
    assert [file.dest for file in placed] == [f"{UNITS}/data-home.mount", f"{UNITS}/data-home.automount"]
    assert mount_units.unit(mount).name == "data-home.automount"
    assert {"nfs/home.mount", "nfs/home.automount"} <= set(renderer.artefacts)


def test_the_server_binds_its_export() -> None:
    assert "What=/srv/home\nWhere=/home\nType=none\nOptions=bind\n" in mount_units.bind(HOME)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    data = replace(HOME, mount="/data/a-b")
    mount = mount_units.nfs(site(data), data)
    texts = {
        mount_units.unit_name(data.mount, "mount"): mount_units.text(mount),
        mount_units.unit_name(data.mount, "automount"): mount_units.automount(mount.where),
        "home.mount": mount_units.bind(HOME),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in texts)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    said = [line for line in verified.stderr.splitlines() if str(tmp_path) in line or line.startswith(tuple(texts))]
    assert not said
