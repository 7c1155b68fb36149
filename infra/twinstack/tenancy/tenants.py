"""All of a project in Kubernetes, in two parts: what any cluster takes, and what only a cluster with Kueue does."""

from __future__ import annotations

from dataclasses import dataclass

from twinstack.manifests import Manifest
from twinstack.planning.model import Plan
from twinstack.tenancy import namespaces, queues


@dataclass(frozen=True, slots=True)
class Tenant:
    """A project's objects; `queued` need Kueue's types and its webhooks."""

    project: str
    plain: tuple[Manifest, ...]
    queued: tuple[Manifest, ...]


def tenants(plan: Plan) -> tuple[Tenant, ...]:
    """Every project's objects, in the inventory's order; none on a site without Kubernetes."""
    kubernetes = plan.site.kubernetes
    if kubernetes is None:
        return ()
    queued = queues.project_queues(plan) if has_queues(plan) else {}
    return tuple(
        Tenant(
            project.name,
            namespaces.objects(plan, project, kubernetes.version),
            (*queued[project.name], *namespaces.queue_bindings(project)) if queued else (),
        )
        for project in plan.site.projects.values()
    )


def has_queues(plan: Plan) -> bool:
    """Whether Kueue is on and there is capacity to queue for."""
    kueue = plan.components.get("kueue")
    return kueue is not None and kueue.on and any(host.in_kubernetes for host in plan.hosts.values())
