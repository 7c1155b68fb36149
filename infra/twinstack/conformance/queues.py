"""Conditions of tenancy in Kubernetes: namespaces, quotas and Kueue's queues of every project."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.conformance.kubernetes_nodes import ask
from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.model import Service
from twinstack.planning.model import Plan


def conditions(plan: Plan) -> Iterator[Condition]:
    """What every project must find."""
    planes = plan.site.by_service[Service.KUBERNETES_CONTROL_PLANE]
    if not plan.site.kubernetes or not planes:
        return
    at = planes[0].name
    for project in plan.site.projects:
        yield Condition("projects", at, f"namespace and quota of {project}", partial(has_quota, project))
        if "kueue" in plan.components and plan.components["kueue"].on:
            yield Condition(
                "queues",
                at,
                f"cluster queue of {project} is active",
                partial(active, project, ("clusterqueue", project)),
            )
            local = ("localqueue", project, "--namespace", project)
            yield Condition("queues", at, f"local queue of {project} is active", partial(active, project, local))


def has_quota(project: str, shell: Shell) -> Verdict:
    """The namespace exists and at least one ResourceQuota limits it."""
    document = ask(shell, "get", "resourcequota", "--namespace", project, "--output", "json")
    quotas = [item["metadata"]["name"] for item in document.get("items", [])]
    return Verdict.of(bool(quotas), document.get("error") or f"quotas: {', '.join(quotas) or 'none'}")


def active(project: str, what: tuple[str, ...], shell: Shell) -> Verdict:
    """Kueue reports the queue's Active condition as true."""
    document = ask(shell, "get", *what, "--output", "json")
    if "error" in document:
        return Verdict.wrong(document["error"])
    found = {item["type"]: item for item in document.get("status", {}).get("conditions", [])}
    seen = found.get("Active", {"status": "unknown", "message": "no Active condition"})
    return Verdict.of(seen["status"] == "True", f"{what[0]} of {project}: {seen['status']}, {seen.get('message', '')}")
