"""What a host is as a Kubernetes node: its labels and taints, the same for real and for simulated ones."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Service, Taint
from twinstack.planning.model import HostPlan

POOL = "twinstack.io/pool"
STACK = "twinstack.io/stack"
RACK = "twinstack.io/rack"
SIMULATED = "twinstack.io/simulated"
CONTROL_PLANE_TAINT = Taint("node-role.kubernetes.io/control-plane", "", "NoSchedule")


def labels(host: HostPlan) -> Mapping[str, str]:
    """Labels that all hosts of a pool have."""
    found = {STACK: host.stack}
    if host.pool is not None:
        found |= {POOL: host.pool.name, **host.pool.labels}
    if host.host.simulated:
        found[SIMULATED] = "true"
    return found


def own_labels(host: HostPlan) -> Mapping[str, str]:
    """Labels that follow from where the host stands."""
    return {RACK: host.host.rack} if host.host.rack else {}


def taints(host: HostPlan) -> tuple[Taint, ...]:
    """The pool's taints; a control plane that no Kubernetes pool has keeps workloads off."""
    pool = host.pool.taints if host.pool is not None and host.in_kubernetes else ()
    if host.runs(Service.KUBERNETES_CONTROL_PLANE) and not host.in_kubernetes:
        return (*pool, CONTROL_PLANE_TAINT)
    return pool


def taint_document(taint: Taint) -> Mapping[str, str]:
    """A taint as the Kubernetes API has it."""
    value = {"value": taint.value} if taint.value else {}
    return {"key": taint.key, **value, "effect": taint.effect}
