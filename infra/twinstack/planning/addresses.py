"""Addresses that the plan gives out: pod ranges of the bridge CNI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network

from twinstack.inventory.model import Kubernetes

POD_PREFIX = 24


def pod_cidrs(kubernetes: Kubernetes | None, hosts: Iterable[str]) -> Mapping[str, str]:
    """A /24 of the pod range for each host, in order, where nodes are routed statically (`cni: bridge`).

    Cilium and Calico give out ranges themselves. New hosts belong at the end of the inventory: the order counts.

    Raises:
        ValueError: more hosts than ranges (an inventory rule says so before).
    """
    if kubernetes is None or kubernetes.networking.cni != "bridge":
        return {}
    whole = kubernetes.networking.pod_cidr
    return {host: str(_nth(whole, index)) for index, host in enumerate(hosts)}


def _nth(whole: IPv4Network, index: int) -> IPv4Network:
    size = 1 << (32 - POD_PREFIX)
    if (index + 1) * size > whole.num_addresses:
        raise ValueError(f"the pod range {whole} has no /{POD_PREFIX} for host number {index + 1}")
    return IPv4Network((int(whole.network_address) + index * size, POD_PREFIX))
