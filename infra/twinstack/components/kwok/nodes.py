"""A Node for each simulated host: what a kubelet would have registered, and marks that nobody can miss."""

from __future__ import annotations

from twinstack.manifests import Manifest, manifest, quantity
from twinstack.planning.model import HostPlan, Plan
from twinstack.planning.quotas import hugepages_of, owned_by_kubernetes
from twinstack.rendering.nodes import labels, own_labels, taint_document, taints
from twinstack.tenancy.flavors import SIMULATED_TAINT

PODS = 110
"""Pods a node, as many as a kubelet takes by default."""


def simulated_hosts(plan: Plan) -> tuple[HostPlan, ...]:
    """Kubernetes hosts without a machine behind them, in the inventory's order."""
    return tuple(host for host in plan.hosts.values() if host.host.simulated and host.in_kubernetes)


def node(host: HostPlan) -> Manifest:
    """The Node of a simulated host; its status says what the host would offer."""
    owned = {**owned_by_kubernetes([host]), **hugepages_of(host)}
    holds = {name: quantity(name, number) for name, number in owned.items()}
    holds["pods"] = str(PODS)
    system = {"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": host.name, "kubernetes.io/os": "linux"}
    return manifest(
        "v1",
        "Node",
        host.name,
        labels={**labels(host), **own_labels(host), **system},
        spec={"taints": [taint_document(taint) for taint in (*taints(host), SIMULATED_TAINT)]},
        status={"capacity": holds, "allocatable": holds},
    )
