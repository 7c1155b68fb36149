"""The Kubernetes section."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network

from twinstack.inventory import defaults
from twinstack.inventory.build.notes import Notes, Section
from twinstack.inventory.model import Host, Kubernetes, Network, Networking, Pool, SecondaryNetwork


def kubernetes(
    section: Section,
    networks: Mapping[str, Network],
    hosts: Mapping[str, Host],
    pools: Mapping[str, Pool],
    notes: Notes,
) -> Kubernetes:
    """The Kubernetes cluster."""
    networking = section.get("networking", {})
    cni = networking.get("cni", defaults.CNI)
    return Kubernetes(
        version=section["version"],
        endpoint=section.get("endpoint") or defaults.endpoint(hosts.values()),
        networking=Networking(
            cni=cni,
            pod_cidr=_range(networking, "pod_cidr", defaults.POD_CIDR, networks, notes),
            service_cidr=_range(networking, "service_cidr", defaults.SERVICE_CIDR, networks, notes),
            kube_proxy=networking.get("kube_proxy", defaults.kube_proxy(cni, hosts.values(), pools.values())),
        ),
        secondary_networks=tuple(_secondary(each) for each in section.get("secondary_networks", ())),
        components={
            name: None if settings is False else dict(settings)
            for name, settings in section.get("components", {}).items()
        },
    )


def _range(
    networking: Section, key: str, usual: IPv4Network, networks: Mapping[str, Network], notes: Notes
) -> IPv4Network:
    """A range as given, or the usual one where it is free."""
    if key in networking:
        return IPv4Network(networking[key])
    others = {f"network {name}": network.cidr for name, network in networks.items()}
    others |= {name: IPv4Network(networking[name]) for name in ("pod_cidr", "service_cidr") if name in networking}
    taken = next((f"{name} ({cidr})" for name, cidr in others.items() if cidr.overlaps(usual)), None)
    if taken:
        what, hint = f"missing, and the usual {usual} overlaps {taken}", f"give {key} a range that is free"
        notes.refuse(("kubernetes", "networking", key), what, hint, "networks.*.cidr", "kubernetes.networking")
    return usual


def _secondary(section: Section) -> SecondaryNetwork:
    return SecondaryNetwork(
        name=section["name"],
        network=section["network"],
        type=section["type"],
        namespaces=tuple(section.get("namespaces", ())),
    )
