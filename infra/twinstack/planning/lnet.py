"""LNet: the networks on which a host speaks to Lustre's servers, found from their network identifiers (NIDs).

A NID is an address and a network of LNet, such as 10.20.0.1@o2ib: o2ib is RDMA over InfiniBand or RoCE, tcp all else.
Servers' NIDs are parted by commas, servers that stand in for each other by colons (mount.lustre(8)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from twinstack.inventory.model import Hardware, Host, LustreMount, Network, Site

NID = re.compile(r"(?P<address>[0-9.]+)@(?P<driver>o2ib|tcp)(?P<number>[0-9]*)")
RDMA = frozenset({"infiniband", "roce"})


@dataclass(frozen=True, slots=True)
class Nid:
    """Where a server listens; `net` as in the NID (`o2ib`, `tcp1`)."""

    address: IPv4Address
    driver: str
    net: str


@dataclass(frozen=True, slots=True)
class Local:
    """A host's side of a network of LNet: its interfaces, or the addresses by which LNet finds the interface itself."""

    net: str
    interfaces: tuple[str, ...]
    addresses: IPv4Network | None


def nids(mgs: str) -> tuple[Nid, ...]:
    """The NIDs of a file system's management servers.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(_nid(text) for server in mgs.split(":") for text in server.split(","))


def _nid(text: str) -> Nid:
    match = NID.fullmatch(text)
    if match is None:
        raise ValueError(f"{text or 'nothing'} is no NID")
    number = match["number"].lstrip("0")
    return Nid(IPv4Address(match["address"]), match["driver"], match["driver"] + number)


def network_of(site: Site, nid: Nid) -> Network | None:
    """The network of the site in which a server listens."""
    return next((network for network in site.networks.values() if nid.address in network.cidr), None)


def locals_of(site: Site, host: Host, hardware: Hardware, mount: LustreMount) -> tuple[Local, ...]:
    """How a host reaches the servers of a file system; empty where it does not."""
    found = (_local(site, host, hardware, nid) for nid in nids(mount.mgs))
    return tuple(dict.fromkeys(local for local in found if local))


def _local(site: Site, host: Host, hardware: Hardware, nid: Nid) -> Local | None:
    network = network_of(site, nid)
    interfaces = tuple(_interfaces(site, hardware, nid, network))
    if interfaces:
        return Local(nid.net, interfaces, None)
    own = next((each for each in site.networks.values() if host.address in each.cidr), None)
    if nid.driver == "tcp" and own and network in {own, None}:
        return Local(nid.net, (), own.cidr)
    return None


def _interfaces(site: Site, hardware: Hardware, nid: Nid, network: Network | None) -> Iterator[str]:
    """Ports on the servers' network; for servers behind a router every port that does RDMA."""
    for nic in hardware.nics:
        rdma = nic.rdma and site.networks[nic.network].kind in RDMA
        on_network = network is not None and nic.network == network.name
        behind_router = network is None and nid.driver == "o2ib"
        if (on_network and (rdma or nid.driver == "tcp")) or (behind_router and rdma):
            yield nic.name
