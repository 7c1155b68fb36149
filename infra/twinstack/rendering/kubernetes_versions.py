"""What goes with a Kubernetes release: the images that its kubeadm asks for, the packages, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REGISTRY = "registry.k8s.io"
CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
# Upstream's package repository counts the builds of a version; the first one is what is published for nearly all.
PACKAGE_REVISION = "1.1"


@dataclass(frozen=True, slots=True)
class Release:
    """Tags of the images beside Kubernetes' own that kubeadm of a minor version uses.

    Source: `cmd/kubeadm/app/constants/constants.go` of v1.34.4, v1.35.4 and v1.36.0 (DefaultEtcdVersion,
    PauseVersion, CoreDNSVersion).
    """

    etcd: str
    pause: str
    coredns: str


RELEASES: Mapping[str, Release] = {
    "1.34": Release(etcd="3.6.5-0", pause="3.10.1", coredns="v1.12.1"),
    "1.35": Release(etcd="3.6.6-0", pause="3.10.1", coredns="v1.13.1"),
    "1.36": Release(etcd="3.6.8-0", pause="3.10.2", coredns="v1.14.2"),
}


class UnknownReleaseError(ValueError):
    """A Kubernetes version of which nothing is known."""


def release_of(version: str) -> Release:
    """The table's row for a version such as `1.35.4`."""
    minor = ".".join(version.split(".")[:2])
    if minor not in RELEASES:
        raise UnknownReleaseError(f"Kubernetes {version} is not known; known are {', '.join(RELEASES)}")
    return RELEASES[minor]


def package_version(version: str) -> str:
    """The version of the packages kubeadm, kubelet and kubectl."""
    return f"{version}-{PACKAGE_REVISION}"


def pause_image(version: str) -> str:
    """The image that holds a pod's namespaces; containerd must be told."""
    return f"{REGISTRY}/pause:{release_of(version).pause}"


def control_plane_images(version: str) -> tuple[str, ...]:
    """Images that only control planes run."""
    tags = dict.fromkeys(CONTROL_PLANE, f"v{version}") | {"etcd": release_of(version).etcd}
    return tuple(f"{REGISTRY}/{name}:{tag}" for name, tag in tags.items())


def node_images(version: str, *, kube_proxy: bool) -> tuple[str, ...]:
    """Images that every node may have to run before any component of the platform is there."""
    proxy = (f"{REGISTRY}/kube-proxy:v{version}",) if kube_proxy else ()
    return (pause_image(version), f"{REGISTRY}/coredns/coredns:{release_of(version).coredns}", *proxy)
