"""Addresses that the plan gives out: pod ranges of the bridge CNI."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network

from twinstack.inventory.model import Kubernetes

POD_PREFIX = 24


def pod_cidrs(kubernetes: Kubernetes | None, hosts: Mapping[str, IPv4Address]) -> Mapping[str, str]:
    """A /24 of the pod range for each host by its address, where nodes are routed statically (`cni: bridge`).

    So hosts keep theirs, and their pods, when others come, go or change stacks; only where two would have the same one
    does the order of the inventory count. Cilium and Calico give out ranges themselves.

    Raises:
        ValueError: more hosts than ranges (an inventory rule says so before).
    """
    if kubernetes is None or kubernetes.networking.cni != "bridge":
        return {}
    ranges = list(kubernetes.networking.pod_cidr.subnets(new_prefix=POD_PREFIX))
    if len(hosts) > len(ranges):
        pods = kubernetes.networking.pod_cidr
        raise ValueError(f"the pod range {pods} has no /{POD_PREFIX} for host number {len(ranges) + 1}")
    found: dict[str, IPv4Network] = {}
    for name, address in hosts.items():
        found[name] = _free(ranges, int(address) % len(ranges), set(found.values()))
    return {name: str(each) for name, each in found.items()}


def _free(ranges: list[IPv4Network], first: int, taken: set[IPv4Network]) -> IPv4Network:
    """The first range from this one on that nobody has."""
    return next(each for each in (*ranges[first:], *ranges[:first]) if each not in taken)
