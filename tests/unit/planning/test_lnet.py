from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from tests.unit import sites
from twinstack.inventory.model import LustreMount, Nic, Site
from twinstack.planning.file_systems import lustre_of
from twinstack.planning.lnet import Local, Nid, locals_of, nids

FABRIC = sites.network("fabric", "10.200.0.0/16", kind="infiniband")
MANAGEMENT = sites.network("management", "10.0.0.0/16")
PORTS = (Nic("ib0", "fabric", rdma=True), Nic("ib1", "fabric", rdma=True))


def scratch(mgs: str) -> LustreMount:
    return LustreMount("scratch", mgs, "scratch", "/scratch", None)


def site(mgs: str) -> Site:
    return sites.site(
        (sites.host("n1"),),
        networks=(MANAGEMENT, FABRIC),
        hardware=(sites.hardware(nics=PORTS),),
        storage=sites.storage(lustre=(scratch(mgs),)),
    )


def sides(mgs: str, ports: tuple[Nic, ...] = PORTS) -> tuple[Local, ...]:
    made = site(mgs)
    return locals_of(made, made.hosts["n1"], replace(made.hardware["server"], nics=ports), scratch(mgs))


def test_servers_and_their_failover_partners_are_taken_apart() -> None:
    found = nids("10.200.0.1@o2ib,10.0.0.1@tcp:10.200.0.2@o2ib")
    assert [str(nid.address) for nid in found] == ["10.200.0.1", "10.0.0.1", "10.200.0.2"]
    assert found[0] == Nid(IPv4Address("10.200.0.1"), "o2ib", "o2ib")


def test_network_zero_is_the_one_without_a_number() -> None:
    assert [nid.net for nid in nids("10.0.0.1@tcp0:10.0.0.1@tcp12")] == ["tcp", "tcp12"]


@pytest.mark.parametrize(
    "mgs", ["", "mgs@tcp", "10.0.0.1", "10.0.0.1@ib", "10.0.0.1@tcp::10.0.0.2@tcp", "10.0.0.256@tcp"]
)
def test_what_is_no_nid_is_refused(mgs: str) -> None:
    with pytest.raises(ValueError, match=r"NID|Octet|octet"):
        nids(mgs)


def test_all_ports_on_the_servers_network_are_used() -> None:
    assert sides("10.200.0.1@o2ib:10.200.0.2@o2ib") == (Local("o2ib", ("ib0", "ib1"), None),)


def test_tcp_over_the_fabric_uses_its_ports_too() -> None:
    assert sides("10.200.0.1@tcp") == (Local("tcp", ("ib0", "ib1"), None),)


def test_on_the_management_network_lnet_finds_the_interface_by_address() -> None:
    assert sides("10.0.9.9@tcp") == (Local("tcp", (), IPv4Network("10.0.0.0/16")),)


def test_servers_behind_a_router_are_reached_by_the_fabric_or_the_management_network() -> None:
    assert sides("192.168.7.7@o2ib1") == (Local("o2ib1", ("ib0", "ib1"), None),)
    assert sides("192.168.7.7@tcp") == (Local("tcp", (), IPv4Network("10.0.0.0/16")),)


def test_a_host_without_a_port_on_the_servers_network_mounts_nothing() -> None:
    assert sides("10.200.0.1@o2ib", ports=()) == ()
    assert sides("10.200.0.1@o2ib", ports=(Nic("eth1", "fabric", rdma=False),)) == ()
    made = site("10.200.0.1@o2ib")
    assert lustre_of(made, made.hosts["n1"], sites.hardware()) == ()
