"""Projects' quotas in Kubernetes: as given, or their share of what its pools own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from twinstack.inventory.model import Site
from twinstack.manifests import size
from twinstack.planning.model import HostPlan, Quota

GPU_RESOURCES = {"nvidia": "nvidia.com/gpu", "amd": "amd.com/gpu", "intel": "gpu.intel.com/i915"}
"""The extended resource under which a vendor's device plugin offers GPUs."""


def quotas_of(site: Site, hosts: Iterable[HostPlan]) -> Mapping[str, Quota]:
    """A quota for every project, none where there is no Kubernetes."""
    if site.kubernetes is None:
        return {}
    owned = owned_by_kubernetes(hosts)
    shares = sum(project.share for project in site.projects.values())
    return {
        name: Quota(name, dict(project.quota or _part(owned, project.share, shares)))
        for name, project in site.projects.items()
    }


def owned_by_kubernetes(hosts: Iterable[HostPlan]) -> Mapping[str, int]:
    """What Kubernetes owns in all: `cpu` in logical CPUs, `memory` in bytes, GPUs by their resource name.

    Huge pages are not in it: nodes offer them beside memory (`hugepages_of`), and no quota counts them.
    """
    owned: Counter[str] = Counter()
    for host in hosts:
        share = host.allocation.kubernetes
        if share:
            owned["cpu"] += len(share.cores) * host.hardware.threads_per_core
            owned["memory"] += share.memory
            if host.hardware.gpus and share.gpus:
                owned[GPU_RESOURCES[host.hardware.gpus.vendor]] += len(share.gpus)
    return owned


def hugepages_of(host: HostPlan) -> Mapping[str, int]:
    """Bytes of a host's huge pages that are Kubernetes', by the resource that a kubelet offers them as."""
    share = host.allocation.kubernetes
    pages = share.hugepages if share else {}
    return {f"hugepages-{size(page)}": page * count for page, count in sorted(pages.items())}


def _part(owned: Mapping[str, int], share: int, shares: int) -> Mapping[str, int]:
    return {resource: amount * share // shares for resource, amount in owned.items()}
