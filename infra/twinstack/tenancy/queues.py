"""Kueue's objects of a site: a flavor a kind of capacity, and for every project a cluster queue and its local ends."""

from __future__ import annotations

from twinstack.inventory.model import Project
from twinstack.manifests import PROJECT, Manifest, manifest, quantity
from twinstack.planning.model import Plan
from twinstack.tenancy.flavors import Flavor, flavors, resources
from twinstack.tenancy.shares import Shares, shares

API = "kueue.x-k8s.io/v1beta2"

DEFAULT_QUEUE = "default"
"""The local queue that Kueue gives to whatever names none, so that nothing goes round a project's quota."""


def resource_flavors(plan: Plan) -> tuple[Manifest, ...]:
    """A ResourceFlavor for each kind of capacity."""
    return tuple(_resource_flavor(flavor) for flavor in flavors(plan))


def project_queues(plan: Plan) -> dict[str, tuple[Manifest, ...]]:
    """Each project's ClusterQueue and LocalQueues, in an order in which they can be created."""
    held = shares(plan)
    return {
        project.name: (
            _cluster_queue(plan, project, held),
            *(_local_queue(project, name) for name in (project.name, DEFAULT_QUEUE)),
        )
        for project in plan.site.projects.values()
    }


def _resource_flavor(flavor: Flavor) -> Manifest:
    spec: Manifest = {"nodeLabels": flavor.node_labels}
    if flavor.node_taints:
        spec["nodeTaints"] = flavor.node_taints
    return manifest(API, "ResourceFlavor", flavor.name, spec=spec)


def _cluster_queue(plan: Plan, project: Project, held: Shares) -> Manifest:
    covered = resources(plan)
    quotas = [_flavor_quotas(project, flavor, covered, held) for flavor in flavors(plan)]
    spec = {
        "cohortName": plan.site.name,
        "namespaceSelector": {"matchLabels": {PROJECT: project.name}},
        "preemption": {"reclaimWithinCohort": "Any", "withinClusterQueue": "LowerPriority"},
        "fairSharing": {"weight": str(project.share)},
        "resourceGroups": [{"coveredResources": list(covered), "flavors": quotas}],
    }
    return manifest(API, "ClusterQueue", project.name, labels={PROJECT: project.name}, spec=spec)


def _flavor_quotas(project: Project, flavor: Flavor, covered: tuple[str, ...], held: Shares) -> Manifest:
    limit = {} if project.borrow else {"borrowingLimit": "0"}
    nominal = {resource: held.get((project.name, flavor.name, resource), 0) for resource in covered}
    quotas = [{"name": name, "nominalQuota": quantity(name, number), **limit} for name, number in nominal.items()]
    return {"name": flavor.name, "resources": quotas}


def _local_queue(project: Project, name: str) -> Manifest:
    return manifest(
        API,
        "LocalQueue",
        name,
        namespace=project.name,
        labels={PROJECT: project.name},
        spec={"clusterQueue": project.name},
    )
