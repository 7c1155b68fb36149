"""Kubernetes: a release that is known, and components that agree with the rest of the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from twinstack.inventory.defaults import KUBERNETES_MINORS
from twinstack.inventory.model import Kubernetes, Site, Stack
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import rule

PODS_OF_A_RANGE = 253
"""A /24 without the network's, the bridge's and the broadcast address."""


@rule("kubernetes.version")
def release(site: Site) -> Iterator[Finding]:
    """The roles know what goes with this release."""
    if site.kubernetes and site.kubernetes.version.rpartition(".")[0] not in KUBERNETES_MINORS:
        known = ", ".join(f"{minor}.x" for minor in KUBERNETES_MINORS)
        yield Finding(("kubernetes", "version"), f"{site.kubernetes.version} is not known", f"known: {known}")


@rule("kubernetes.components", "kubernetes.networking.cni")
def pod_network(site: Site) -> Iterator[Finding]:
    """`networking.cni` decides the pod network; components do not say otherwise."""
    if site.kubernetes is None:
        return
    cni = site.kubernetes.networking.cni
    for name in ("cilium", "calico"):
        if name in site.kubernetes.components:
            on = site.kubernetes.components[name] is not None
            if on != (cni == name):
                what = f"{name} is switched {'on' if on else 'off'}, and networking.cni is {cni}"
                yield Finding(("kubernetes", "components", name), what, "leave it away: cni decides")


@rule("kubernetes.components", "kubernetes.secondary_networks", "storage", "hosts.*.simulated")
def needed(site: Site) -> Iterator[Finding]:
    """What a section relies on is not switched off."""
    if site.kubernetes is None:
        return
    for name, reason in _NEEDED.items():
        why = reason(site, site.kubernetes)
        if why and site.kubernetes.components.get(name, {}) is None:
            yield Finding(("kubernetes", "components", name), f"off, but {why} needs it", "leave the line out")


@rule("pools.*.tuning", "pools.*.stack", "kubernetes.networking")
def pod_count(site: Site) -> Iterator[Finding]:
    """A node does not take more pods than its range has addresses: all networks give each node a /24."""
    for pool in site.pools.values():
        if site.kubernetes and (pool.tuning.max_pods or 0) > PODS_OF_A_RANGE:
            place = ("pools", pool.name, "tuning", "max_pods")
            yield Finding(place, f"{pool.tuning.max_pods} pods, and a node's range has {PODS_OF_A_RANGE}", "less")


@rule("pools.*.tuning", "pools.*.stack")
def untuned(site: Site) -> Iterator[Finding]:
    """Only kubelets are tuned here: not those that a Slurm pool does not have."""
    for pool in site.pools.values():
        given = [name for name in _KUBELET_ONLY if getattr(pool.tuning, name) is not None]
        if pool.stack is Stack.SLURM and given:
            what = f"{pool.name} belongs to slurm and has no kubelet"
            yield Finding(("pools", pool.name, "tuning", given[0]), what, "leave it away")


_KUBELET_ONLY = ("max_pods", "eviction_memory", "shutdown_grace")


def _class(site: Site, names: list[str]) -> bool:
    return bool({site.storage.default_class, site.storage.capacity_class} & set(names))


_NEEDED: Mapping[str, Callable[[Site, Kubernetes], str | None]] = {
    "multus": lambda _, kubernetes: "kubernetes.secondary_networks" if kubernetes.secondary_networks else None,
    "rook-ceph": lambda site, _: "storage.ceph" if site.storage.ceph else None,
    "rook-ceph-cluster": lambda site, _: "storage.ceph" if site.storage.ceph else None,
    "longhorn": lambda site, _: "storage.longhorn" if site.storage.longhorn else None,
    "csi-driver-nfs": lambda site, _: (
        "a storage class on NFS" if _class(site, [mount.name for mount in site.storage.nfs]) else None
    ),
    "kwok": lambda site, _: "a simulated host" if any(host.simulated for host in site.hosts.values()) else None,
}


@rule("artifacts.images")
def image_mirror(site: Site) -> Iterator[Finding]:
    """A directory of images is one on the hosts, which know nothing of the inventory's folder."""
    images = site.artifacts.images
    if images != "upstream" and "://" not in images and not images.startswith("/"):
        what = f"{images} is relative, and hosts have no folder of the inventory"
        yield Finding(("artifacts", "images", "mirror"), what, "an absolute path on the hosts, or an address")
