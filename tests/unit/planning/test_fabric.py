from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from tests.unit import sites
from twinstack.inventory.model import Nic, Sriov, Stack
from twinstack.planning import plan
from twinstack.planning.fabric import Port, guid_of, ports_of


def port(stack: Stack, kind: str = "infiniband", mtu: int | None = 4092) -> Port:
    fabric = sites.network("fabric", "172.16.0.0/12", kind=kind, mtu=mtu, sriov=Sriov(4, "vf"))
    site = sites.site(
        [sites.host("a", "p")],
        [sites.pool("p", stack)],
        networks=(sites.network(), fabric),
        hardware=(sites.hardware(nics=(Nic("eth9", "management", rdma=False), Nic("ib0", "fabric", rdma=True))),),
        kubernetes=sites.kubernetes(),
        slurm=sites.slurm("p"),
    )
    decided = plan(site)
    assert "fabric" in decided.hosts["a"].roles
    [found] = ports_of(site, decided.hosts["a"])
    return found


def test_a_port_has_its_networks_prefix() -> None:
    assert str(port(Stack.SLURM).address) == "172.16.0.1/12"


def test_virtual_functions_are_made_where_containers_may_take_them() -> None:
    assert (port(Stack.KUBERNETES).functions, port(Stack.SLURM).functions) == (4, 0)


def test_guids_are_for_infiniband_and_local_and_every_hosts_own() -> None:
    assert port(Stack.KUBERNETES).guid == "02:00:0a:00:00:01:00"
    assert port(Stack.KUBERNETES, kind="roce").guid is None
    others = {guid_of(IPv4Address(address), index) for address in ("10.0.0.1", "10.0.1.0") for index in (0, 1)}
    assert len(others) == 4


@pytest.mark.parametrize(
    ("kind", "mtu", "connected"), [("infiniband", 4092, False), ("infiniband", 65520, True), ("roce", 9000, False)]
)
def test_only_large_packets_want_connected_mode(kind: str, mtu: int, connected: bool) -> None:  # noqa: FBT001
    assert port(Stack.SLURM, kind, mtu).connected is connected
