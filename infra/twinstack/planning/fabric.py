"""A host's ports on the site's further networks: their addresses, and the virtual functions that they offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from twinstack.inventory.model import Network, Site
from twinstack.inventory.ports import port_addresses
from twinstack.planning.model import HostPlan

DATAGRAM_MTU = 4092
"""The largest packet of IPoIB in datagram mode: 4096 bytes of the link less 4 of its header (RFC 4391)."""


@dataclass(frozen=True, slots=True)
class Port:
    """One port; `functions` virtual functions are on offer, whose GUIDs on InfiniBand begin with `guid`."""

    name: str
    network: Network
    address: IPv4Interface | None
    rdma: bool
    functions: int
    guid: str | None

    @property
    def infiniband(self) -> bool:
        """Whether it is a port of InfiniBand."""
        return self.network.kind == "infiniband"

    @property
    def connected(self) -> bool:
        """Whether packets are too large for IPoIB's datagram mode (adapters since ConnectX-4 have no other)."""
        return self.infiniband and (self.network.mtu or 0) > DATAGRAM_MTU


def ports_of(site: Site, host: HostPlan) -> tuple[Port, ...]:
    """The ports of a host beyond the management network, in the hardware's order."""
    return tuple(_ports(site, host))


def _ports(site: Site, host: HostPlan) -> Iterator[Port]:
    addresses = port_addresses(site, host.host)
    for index, nic in enumerate(nic for nic in host.hardware.nics if nic.name in addresses):
        network, address = site.networks[nic.network], addresses[nic.name]
        # Virtual functions are for containers: where Kubernetes has no part of the host, nobody would take them.
        functions = network.sriov.vfs if network.sriov and host.in_kubernetes else 0
        infiniband = network.kind == "infiniband" and functions
        yield Port(
            name=nic.name,
            network=network,
            address=IPv4Interface((address, network.cidr.prefixlen)) if address else None,
            rdma=nic.rdma,
            functions=functions,
            guid=guid_of(host.host.address, index) if infiniband else None,
        )


def guid_of(address: IPv4Address, port: int) -> str:
    """The first seven bytes of the GUIDs of a port's virtual functions; the eighth is the function's number.

    Locally administered (IEEE 802, EUI-64: bit 2 of the first byte) and made from the host's management address, so
    they are the fabric's own, tell hosts apart and stay the same through reboots.
    """
    return ":".join(("02", "00", *(f"{byte:02x}" for byte in address.packed), f"{port:02x}"))
