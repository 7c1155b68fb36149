"""Networks: ranges that overlap nothing and are large enough."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from twinstack.inventory.model import Service, Site, Stack
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules.rule import rule
from twinstack.inventory.wording import did_you_mean

POD_PREFIX = 24
"""Every Kubernetes host takes a /24 of the pod range."""
LARGEST_SERVICE_RANGE = 12
"""The API server refuses more than 20 bits of service addresses."""
SMALLEST_SERVICE_RANGE = 28
MOST_BRIDGED = 64


@rule("networks.*.cidr", "kubernetes.networking.pod_cidr", "kubernetes.networking.service_cidr")
def overlaps(site: Site) -> Iterator[Finding]:
    """An address means one thing."""
    ranges: list[tuple[Place, str, IPv4Network]] = [
        (("networks", name, "cidr"), f"network {name}", network.cidr) for name, network in site.networks.items()
    ]
    if site.kubernetes:
        networking = site.kubernetes.networking
        ranges.append((("kubernetes", "networking", "pod_cidr"), "the pod range", networking.pod_cidr))
        ranges.append((("kubernetes", "networking", "service_cidr"), "the service range", networking.service_cidr))
    for (_, first, one), (place, second, other) in combinations(ranges, 2):
        if one.overlaps(other):
            yield Finding(place, f"{second} ({other}) overlaps {first} ({one})", "ranges of their own")


@rule(
    "hosts.*.name",
    "hosts.*.services",
    "hosts.*.pool",
    "hosts.*.simulated",
    "pools.*.stack",
    "kubernetes.networking.cni",
    "kubernetes.networking.pod_cidr",
)
def pod_range(site: Site) -> Iterator[Finding]:
    """Each Kubernetes host has pods' addresses of its own; static routes do for small clusters only."""
    if site.kubernetes is None:
        return
    networking, place = site.kubernetes.networking, ("kubernetes", "networking")
    hosts = kubernetes_hosts(site)
    room = 1 << max(0, POD_PREFIX - networking.pod_cidr.prefixlen) if networking.pod_cidr.prefixlen <= POD_PREFIX else 0
    if hosts > room:
        what = f"{networking.pod_cidr} has a /{POD_PREFIX} for {room} hosts, and {hosts} run Kubernetes"
        prefix = POD_PREFIX - (hosts - 1).bit_length()
        yield Finding((*place, "pod_cidr"), what, f"a range of prefix /{prefix} or shorter")
    if networking.cni == "bridge" and hosts > MOST_BRIDGED:
        what = f"bridge routes statically between up to {MOST_BRIDGED} hosts, and {hosts} run Kubernetes"
        yield Finding((*place, "cni"), what, "cilium or calico")


def kubernetes_hosts(site: Site) -> int:
    """Machines that run Kubernetes or, being flexible, may."""
    pools = {pool.name for pool in site.pools.values() if pool.stack is not Stack.SLURM}
    plane = Service.KUBERNETES_CONTROL_PLANE
    machines = (host for host in site.hosts.values() if not host.simulated)
    return sum(host.pool in pools or plane in host.services for host in machines)


@rule("kubernetes.networking.service_cidr")
def service_range(site: Site) -> Iterator[Finding]:
    """The service range is of a size that the API server takes."""
    if site.kubernetes is None:
        return
    prefix = site.kubernetes.networking.service_cidr.prefixlen
    if not LARGEST_SERVICE_RANGE <= prefix <= SMALLEST_SERVICE_RANGE:
        what = f"/{prefix} is no size for the service range"
        hint = f"a prefix from /{LARGEST_SERVICE_RANGE} to /{SMALLEST_SERVICE_RANGE}"
        yield Finding(("kubernetes", "networking", "service_cidr"), what, hint)


@rule("kubernetes.secondary_networks", "networks.*", "projects.*")
def secondary_networks(site: Site) -> Iterator[Finding]:
    """A secondary network is one of the site's, offered to its projects."""
    for index, each in enumerate(site.kubernetes.secondary_networks if site.kubernetes else ()):
        place = ("kubernetes", "secondary_networks", index)
        if each.network not in site.networks:
            hint = did_you_mean(each.network, site.networks)
            yield Finding((*place, "network"), f"there is no network {each.network}", hint)
        for number, name in enumerate(each.namespaces):
            if name not in site.projects:
                hint = did_you_mean(name, site.projects)
                yield Finding((*place, "namespaces", number), f"there is no project {name}", hint)
