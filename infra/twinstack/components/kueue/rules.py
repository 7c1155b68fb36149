"""What in a plan keeps Kueue from working."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.components.kueue.chart import NAMESPACE
from twinstack.planning.model import Plan

RESERVED = frozenset({"default", "kube-system", "kube-public", "kube-node-lease", "kwok-system", NAMESPACE})


def problems(plan: Plan) -> tuple[str, ...]:
    """One sentence for each thing that is wrong."""
    return (*_settings(plan), *_namespaces(plan), *_hosts(plan))


def _settings(plan: Plan) -> Iterator[str]:
    for name in plan.components["kueue"].settings:
        yield f"setting {name} is not known (Kueue is configured by pools and projects; it takes no settings)"


def _namespaces(plan: Plan) -> Iterator[str]:
    for name in plan.site.projects:
        if name in RESERVED:
            yield f"project {name} would take the namespace {name} of the platform (rename the project)"


def _hosts(plan: Plan) -> Iterator[str]:
    if not any(host.in_kubernetes and not host.host.simulated for host in plan.hosts.values()):
        yield "no real host runs Kubernetes workloads, so its controller has nowhere to run (give a pool to Kubernetes)"
