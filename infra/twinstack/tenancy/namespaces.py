"""A project's namespace: who may do what in it, and how much of the cluster it may ask for."""

from __future__ import annotations

from collections.abc import Iterable

from twinstack.inventory.model import Project
from twinstack.manifests import PROJECT, Manifest, manifest, quantity
from twinstack.planning.model import Plan
from twinstack.tenancy.flavors import resources

_RBAC = "rbac.authorization.k8s.io"

DEFAULT_REQUEST = {"cpu": "100m", "memory": "128Mi"}
"""What a container asks for when it says nothing: a quota refuses pods that ask for nothing at all."""


def objects(plan: Plan, project: Project, kubernetes_version: str) -> tuple[Manifest, ...]:
    """The namespace of a project and all in it but queues, the namespace first."""
    labels = {PROJECT: project.name}
    return (
        namespace(project, kubernetes_version),
        manifest(
            "v1", "ResourceQuota", "project", namespace=project.name, labels=labels, spec={"hard": hard(plan, project)}
        ),
        manifest("v1", "LimitRange", "project", namespace=project.name, labels=labels, spec=_limits()),
        *role_bindings(project),
    )


def namespace(project: Project, kubernetes_version: str) -> Manifest:
    """The namespace, with the Pod Security levels of the version that runs and no later one."""
    minor = "v" + ".".join(kubernetes_version.split(".")[:2])
    levels = {"enforce": "baseline", "warn": "restricted", "audit": "restricted"}
    security = {f"pod-security.kubernetes.io/{mode}": level for mode, level in levels.items()}
    versions = {f"pod-security.kubernetes.io/{mode}-version": minor for mode in levels}
    return manifest("v1", "Namespace", project.name, labels={PROJECT: project.name, **security, **versions})


def hard(plan: Plan, project: Project) -> dict[str, str]:
    """The most that a project's pods may request together.

    This is its quota; where it may borrow it is all projects' quotas, for Kueue then decides what it gets.
    """
    lenders = plan.quotas.values() if project.borrow else (plan.quotas[project.name],)
    return {
        f"requests.{resource}": quantity(resource, sum(quota.resources.get(resource, 0) for quota in lenders))
        for resource in resources(plan)
    }


def role_bindings(project: Project) -> tuple[Manifest, ...]:
    """Administrators administer the namespace, users work in it, both see its queues."""
    bindings = (
        _binding(project, "admins", "admin", project.admins),
        _binding(project, "users", "edit", project.users),
    )
    return tuple(binding for binding in bindings if binding["subjects"])


def queue_bindings(project: Project) -> tuple[Manifest, ...]:
    """Members may look at the project's queues and workloads, by the roles that come with Kueue."""
    bindings = (
        _binding(project, "queue-admins", "kueue-batch-admin-role", project.admins),
        _binding(project, "queue-users", "kueue-batch-user-role", project.users),
    )
    return tuple(binding for binding in bindings if binding["subjects"])


def _binding(project: Project, name: str, role: str, users: Iterable[str]) -> Manifest:
    return manifest(
        f"{_RBAC}/v1",
        "RoleBinding",
        name,
        namespace=project.name,
        labels={PROJECT: project.name},
        roleRef={"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
        subjects=[{"apiGroup": _RBAC, "kind": "User", "name": user} for user in users],
    )


def _limits() -> dict[str, object]:
    return {"limits": [{"type": "Container", "defaultRequest": DEFAULT_REQUEST}]}
