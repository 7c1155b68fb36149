"""Ports: each address on a port that is there, in the port's network, with one owner."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from twinstack.inventory.hostlists import fold
from twinstack.inventory.model import Host, Site
from twinstack.inventory.ports import counterpart, first_ports, port_addresses, port_networks
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import on_hosts, rule

READS = ("hosts.*", "hardware.*.nics", "networks.*.cidr")


@rule(*READS)
def known(site: Site) -> Iterator[Finding]:
    """An address is given to a port that the machine has."""
    lost = [host for host in site.hosts.values() if host.addresses.keys() - port_networks(site, host).keys()]
    yield from on_hosts(lost, "addresses", "without such a port", "a name under hardware.*.nics")


@rule(*READS)
def inside(site: Site) -> Iterator[Finding]:
    """A written address lies in the network of its port."""
    outside = [host for host in site.hosts.values() if host.addresses and _strays(site, host)]
    yield from on_hosts(outside, "addresses", "on an address outside of the port's network", "see networks.*.cidr")


@rule(*READS)
def room(site: Site) -> Iterator[Finding]:
    """A network has room for the host part of the management address of whoever has no written one."""
    crowded = [host for host in site.hosts.values() if not host.simulated and _lacks_room(site, host)]
    what = "with a host part that the network of a port has no room for"
    yield from on_hosts(crowded, "address", what, "give the port's address under addresses")


@rule(*READS)
def unique(site: Site) -> Iterator[Finding]:
    """An address has one owner."""
    owner: dict[IPv4Address, str] = {host.address: host.name for host in site.hosts.values()}
    double = [
        host
        for host in site.hosts.values()
        for port, address in port_addresses(site, host).items()
        if address and owner.setdefault(address, f"{host.name} {port}") != f"{host.name} {port}"
    ]
    if double:
        names = fold(host.name for host in double)
        yield from on_hosts(double, "addresses", "with a port on another's address", f"ports of {names}")


def _strays(site: Site, host: Host) -> bool:
    networks = port_networks(site, host)
    given = ((networks.get(port), address) for port, address in host.addresses.items())
    return any(network and address not in site.networks[network].cidr for network, address in given)


def _lacks_room(site: Site, host: Host) -> bool:
    networks = port_networks(site, host)
    derived = first_ports(site, host) - host.addresses.keys()
    return any(counterpart(site, host, networks[port]) is None for port in derived)
