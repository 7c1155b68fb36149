from __future__ import annotations

import configparser
import shutil
import subprocess
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from tests.unit import sites
from twinstack.inventory.defaults import RELEASES
from twinstack.planning.fabric import Port
from twinstack.rendering import fabric


def port(name: str = "ib0", address: str | None = "10.20.16.7/16", kind: str = "infiniband", mtu: int = 4092) -> Port:
    network = sites.network("fabric", "10.20.0.0/16", kind=kind, mtu=mtu)
    return Port(name, network, IPv4Interface(address) if address else None, rdma=True, functions=0, guid=None)


def test_debian_has_a_class_of_its_own() -> None:
    text = fabric.interfaces((port(), port("ib1", None)))[fabric.INTERFACES]
    assert text == (
        "allow-fabric ib0\niface ib0 inet static\n    address 10.20.16.7/16\n    mtu 4092\n"
        "\nallow-fabric ib1\niface ib1 inet manual\n    mtu 4092\n    up ip link set dev ib1 up\n"
    )
    assert "auto" not in text


def test_connected_mode_comes_before_its_large_packets() -> None:
    lines = fabric.interfaces((port(mtu=65520),))[fabric.INTERFACES].splitlines()
    assert lines.index("    pre-up echo connected > /sys/class/net/ib0/mode") < lines.index("    mtu 65520")


@pytest.mark.skipif(shutil.which("ifquery") is None, reason="no ifupdown here")
def test_ifupdown_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "fabric"
    path.write_text(fabric.interfaces((port(), port("ib1", None)))[fabric.INTERFACES])
    command = ["ifquery", f"--interfaces={path}", "--allow=fabric", "--list"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == ["ib0", "ib1"]


def test_ubuntu_does_not_wait_for_a_cable_at_boot() -> None:
    [(dest, text)] = fabric.networks((port(kind="roce", mtu=9000),)).items()
    assert dest == "/etc/systemd/network/05-twinstack-ib0.network"
    parsed = configparser.ConfigParser()
    parsed.read_string(text)
    assert parsed["Match"]["Name"] == "ib0"
    assert dict(parsed["Link"]) == {"requiredforonline": "no", "mtubytes": "9000"}
    assert parsed["Network"]["Address"] == "10.20.16.7/16"


@pytest.mark.parametrize(("kind", "section"), [("infiniband", "infiniband"), ("roce", "ethernet")])
def test_red_hat_has_a_profile_a_port(kind: str, section: str) -> None:
    [(dest, text)] = fabric.keyfiles((port(kind=kind),)).items()
    assert dest == "/etc/NetworkManager/system-connections/twinstack-ib0.nmconnection"
    parsed = configparser.ConfigParser()
    parsed.read_string(text)
    assert parsed["connection"]["type"] == section
    assert parsed[section]["mtu"] == "4092"
    assert (parsed["ipv4"]["method"], parsed["ipv4"]["address1"]) == ("manual", "10.20.16.7/16")


def test_a_port_without_address_is_up_all_the_same() -> None:
    [text] = fabric.keyfiles((port("ib1", None),)).values()
    assert "[ipv4]\nmethod=disabled\n" in text
    [text] = fabric.networks((port("ib1", None),)).values()
    assert "\nAddress=" not in text


@pytest.mark.parametrize("distribution", sorted(RELEASES))
def test_every_distribution_brings_every_port_up(distribution: str) -> None:
    style = fabric.STYLES[distribution]
    unit = style.unit((port(), port("ib1", None)))
    assert "ExecStart=/" in unit
    assert "RemainAfterExit=yes" in unit
    assert {"ib0", "ib1"} <= set(unit.replace("twinstack-", " ").split()) or fabric.INTERFACES in unit
