from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

from tests.unit import sites
from twinstack.inventory.model import Nic, Site
from twinstack.inventory.ports import port_addresses

NICS = (Nic("ib0", "fabric", rdma=True), Nic("ib1", "fabric", rdma=True), Nic("fs0", "storage", rdma=False))


def site(fabric: str = "172.16.0.0/12") -> Site:
    networks = (sites.network(), sites.network("fabric", fabric), sites.network("storage", "192.168.0.0/24"))
    hardware = (sites.hardware(nics=NICS),)
    return sites.site([sites.host("a"), sites.host("b")], networks=networks, hardware=hardware)


def addresses(of: Site, host: str = "b") -> dict[str, str]:
    return {port: str(address) for port, address in port_addresses(of, of.hosts[host]).items()}


def test_the_first_port_on_each_network_takes_the_hosts_part() -> None:
    assert addresses(site()) == {"ib0": "172.16.0.2", "ib1": "None", "fs0": "192.168.0.2"}


def test_a_written_address_is_taken() -> None:
    found = site()
    host = replace(found.hosts["b"], addresses={"ib1": IPv4Address("172.20.0.9")})
    assert addresses(replace(found, hosts={"b": host}))["ib1"] == "172.20.0.9"


def test_a_small_network_has_no_room_and_no_address_names_the_network_itself() -> None:
    assert addresses(site("172.16.0.0/30"))["ib0"] == "172.16.0.2"
    assert addresses(site("172.16.0.0/31"))["ib0"] == "None"


def test_a_host_keeps_its_address_when_others_come() -> None:
    found = site()
    alone = replace(found, hosts={"b": found.hosts["b"]})
    assert addresses(alone) == addresses(found)
