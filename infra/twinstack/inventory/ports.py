"""Addresses of ports beyond the management network's: written in the inventory, or derived from the host's own.

The rule: on each network, the first port of a host that has no written address takes the host part of the management
address. Host 10.10.16.7 of 10.10.0.0/16 is 10.20.16.7 on 10.20.0.0/16. Further ports have an address only when it is
written: two addresses of one range on one machine need routing that the site has to decide (RDMA needs none).
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network

from twinstack.inventory.model import Host, Site

MANAGEMENT = "management"


def port_networks(site: Site, host: Host) -> Mapping[str, str]:
    """The network of each port beyond the management one, by the port's name; only networks that the site has."""
    hardware = site.hardware.get(host.hardware)
    nics = hardware.nics if hardware else ()
    return {nic.name: nic.network for nic in nics if nic.network in site.networks and nic.network != MANAGEMENT}


def first_ports(site: Site, host: Host) -> frozenset[str]:
    """The first port of a host on each network."""
    firsts: dict[str, str] = {}
    for port, network in port_networks(site, host).items():
        firsts.setdefault(network, port)
    return frozenset(firsts.values())


def port_addresses(site: Site, host: Host) -> Mapping[str, IPv4Address | None]:
    """The address of each port of a host by name; None for a port without, and where no room is for it."""
    firsts = first_ports(site, host)
    return {
        port: host.addresses.get(port) or (counterpart(site, host, network) if port in firsts else None)
        for port, network in port_networks(site, host).items()
    }


def counterpart(site: Site, host: Host, network: str) -> IPv4Address | None:
    """The address with the host part of the management address; None where the network is too small for it."""
    management = site.networks.get(MANAGEMENT)
    offset = int(host.address) - int(management.cidr.network_address) if management else 0
    return _nth(site.networks[network].cidr, offset)


def _nth(cidr: IPv4Network, offset: int) -> IPv4Address | None:
    return cidr.network_address + offset if 0 < offset < cidr.num_addresses - 1 else None
