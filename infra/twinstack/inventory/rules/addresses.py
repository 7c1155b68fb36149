"""Addresses: one owner each, inside the network that reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from twinstack.inventory.hostlists import fold
from twinstack.inventory.model import Host, Service, Site
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import on_hosts, rule


@rule("hosts.*.name", "hosts.*.address")
def unique(site: Site) -> Iterator[Finding]:
    """An address has one owner."""
    owner: dict[IPv4Address, Host] = {}
    double = [host for host in site.hosts.values() if owner.setdefault(host.address, host) is not host]
    if double:
        first = fold(owner[host.address].name for host in double)
        yield from on_hosts(double, "address", f"on an address of {first}", "an address belongs to one host")


@rule("hosts.*.name", "hosts.*.address", "networks.management.cidr")
def reachable(site: Site) -> Iterator[Finding]:
    """Hosts are reached on the management network."""
    if not (network := site.networks.get("management")):
        return
    cidr = network.cidr
    ends = {cidr.network_address, cidr.broadcast_address} if cidr.prefixlen < 31 else set()  # noqa: PLR2004 - RFC 3021
    outside = [host for host in site.hosts.values() if host.address not in cidr]
    reserved = [host for host in site.hosts.values() if host.address in ends]
    yield from on_hosts(outside, "address", f"outside of the management network {cidr}", "hosts are reached there")
    yield from on_hosts(reserved, "address", f"on the first or last address of {cidr}", "those name the network itself")


@rule("hosts.*.name", "hosts.*.address", "hosts.*.services", "kubernetes.endpoint")
def endpoint(site: Site) -> Iterator[Finding]:
    """The API server's address must lead to the control planes."""
    if site.kubernetes is None:
        return
    address = site.kubernetes.endpoint.rpartition(":")[0]
    planes = site.by_service[Service.KUBERNETES_CONTROL_PLANE]
    other = next((host for host in site.hosts.values() if str(host.address) == address and host not in planes), None)
    place = ("kubernetes", "endpoint")
    if other:
        yield Finding(place, f"{address} is {other.name}, which is no control plane", "an address that they share")
    if len(planes) > 1 and any(str(host.address) == address for host in planes):
        what = f"{len(planes)} control planes share no address: {address} is one's own"
        yield Finding(place, what, "give an address that they share, such as a virtual one")
