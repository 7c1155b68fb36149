"""Which components of the Kubernetes platform are on, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from twinstack.inventory.model import Kubernetes, Site
from twinstack.planning.model import ComponentPlan, HostPlan

COMPONENTS = (
    "alloy",
    "argo-workflows",
    "calico",
    "ceph-csi-drivers",
    "ceph-csi-operator",
    "cert-manager",
    "cilium",
    "csi-driver-nfs",
    "dask-kubernetes-operator",
    "external-snapshotter",
    "flux2",
    "gatekeeper",
    "gpu-operator",
    "harbor",
    "interlink",
    "jobset",
    "kube-prometheus-stack",
    "kubeflow-trainer",
    "kuberay-operator",
    "kueue",
    "kwok",
    "kyverno",
    "loki",
    "longhorn",
    "mpi-operator",
    "multus",
    "network-operator",
    "node-feature-discovery",
    "opentelemetry-collector",
    "opentelemetry-operator",
    "pulumi-kubernetes-operator",
    "rook-ceph",
    "rook-ceph-cluster",
    "slurm-bridge",
    "spark-operator",
    "sriov-network-operator",
    "training-operator-v1",
    "volcano",
    "whereabouts",
)
"""Names that `kubernetes.components` may use."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What of a site may call for a component: the site, its Kubernetes section, real machines, simulated ones."""

    site: Site
    kubernetes: Kubernetes
    machines: tuple[HostPlan, ...]
    simulated: int


def components_of(site: Site, hosts: Iterable[HostPlan]) -> Mapping[str, ComponentPlan]:
    """Every component, on or off with the reason; none where there is no Kubernetes.

    The inventory's word comes first, then what its hardware and sections call for.
    """
    if site.kubernetes is None:
        return {}
    grounds = _grounds(site, site.kubernetes, hosts)
    return {name: _component(grounds, name) for name in COMPONENTS}


def _grounds(site: Site, kubernetes: Kubernetes, hosts: Iterable[HostPlan]) -> Grounds:
    members = [host for host in hosts if host.in_kubernetes]
    machines = tuple(host for host in members if not host.host.simulated)
    return Grounds(site, kubernetes, machines, len(members) - len(machines))


def _component(grounds: Grounds, name: str) -> ComponentPlan:
    if name in grounds.kubernetes.components:
        settings = grounds.kubernetes.components[name]
        word = "switched off in the inventory" if settings is None else "named in the inventory"
        return ComponentPlan(name, on=settings is not None, why=word, settings=settings or {})
    why = _CALLS[name](grounds) if name in _CALLS else None
    return ComponentPlan(name, on=why is not None, why=why or "nothing calls for it", settings={})


def _cni(name: str) -> Callable[[Grounds], str | None]:
    return lambda grounds: f"kubernetes.networking.cni is {name}" if grounds.kubernetes.networking.cni == name else None


def _projects(grounds: Grounds) -> str | None:
    count = len(grounds.site.projects)
    return f"projects that share the cluster: {count}" if count else None


def _simulated(grounds: Grounds) -> str | None:
    return f"simulated hosts: {grounds.simulated}" if grounds.simulated else None


def _nvidia(grounds: Grounds) -> str | None:
    owners = [host for host in grounds.machines if host.allocation.kubernetes and host.allocation.kubernetes.gpus]
    count = sum(host.hardware.gpus is not None and host.hardware.gpus.vendor == "nvidia" for host in owners)
    return f"hosts whose NVIDIA GPUs Kubernetes owns: {count}" if count else None


def _virtual_functions(grounds: Grounds) -> str | None:
    offered = {name for name, network in grounds.site.networks.items() if network.sriov}
    count = sum(any(nic.network in offered for nic in host.hardware.nics) for host in grounds.machines)
    return f"hosts with virtual functions of {', '.join(sorted(offered))}: {count}" if count else None


def _features(grounds: Grounds) -> str | None:
    devices = _nvidia(grounds) or _virtual_functions(grounds)
    return f"nodes differ by devices ({devices})" if devices else None


def _secondary(grounds: Grounds) -> str | None:
    names = [network.name for network in grounds.kubernetes.secondary_networks]
    return f"secondary networks: {', '.join(names)}" if names else None


def _ceph(grounds: Grounds) -> str | None:
    return "storage.ceph" if grounds.site.storage.ceph else None


def _nfs(grounds: Grounds) -> str | None:
    able = any("kernel-nfs-client" not in host.hardware.absent for host in grounds.machines)
    return "storage.nfs" if grounds.site.storage.nfs and able else None


_CALLS: Mapping[str, Callable[[Grounds], str | None]] = {
    "calico": _cni("calico"),
    "cilium": _cni("cilium"),
    "csi-driver-nfs": _nfs,
    "gpu-operator": _nvidia,
    "kueue": _projects,
    "kwok": _simulated,
    "multus": _secondary,
    "node-feature-discovery": _features,
    "rook-ceph": _ceph,
    "rook-ceph-cluster": _ceph,
    "sriov-network-operator": _virtual_functions,
}
