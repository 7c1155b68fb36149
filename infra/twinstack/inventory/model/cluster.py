"""The Kubernetes section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network


@dataclass(frozen=True, slots=True)
class Networking:
    """Cluster networking; `cni` is cilium, calico or bridge."""

    cni: str
    pod_cidr: IPv4Network
    service_cidr: IPv4Network
    kube_proxy: bool


@dataclass(frozen=True, slots=True)
class SecondaryNetwork:
    """A Multus network offered to namespaces."""

    name: str
    network: str
    type: str
    namespaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """The Kubernetes section; `components` maps a name to its settings, or to None where it is switched off."""

    version: str
    endpoint: str
    networking: Networking
    secondary_networks: tuple[SecondaryNetwork, ...]
    components: Mapping[str, Mapping[str, object] | None]
