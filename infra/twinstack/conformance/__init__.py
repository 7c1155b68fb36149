"""Conditions that a site in service must meet, derived from its inventory."""

from __future__ import annotations

from twinstack.conformance import (
    base,
    containers,
    exporters,
    fabric,
    gpu,
    hosts,
    kernel,
    kubernetes_certificates,
    kubernetes_nodes,
    mounts,
    nfs,
    queues,
    slurm,
    software,
    tuning,
)
from twinstack.conformance.model import Answer, Condition, Outcome, Shell, Verdict
from twinstack.planning.model import Plan
from twinstack.rendering.model import Rendering

__all__ = ["Answer", "Condition", "Outcome", "Shell", "Verdict", "conditions"]


def conditions(plan: Plan, rendering: Rendering) -> tuple[Condition, ...]:
    """Every condition of a site; hosts in maintenance are asked nothing themselves."""
    every = (
        *hosts.conditions(plan, rendering),
        *base.conditions(plan),
        *tuning.conditions(plan),
        *fabric.conditions(plan),
        *gpu.conditions(plan),
        *kernel.conditions(plan),
        *mounts.conditions(plan),
        *nfs.conditions(plan),
        *slurm.conditions(plan),
        *exporters.conditions(plan),
        *containers.conditions(plan),
        *kubernetes_nodes.conditions(plan),
        *kubernetes_certificates.conditions(plan),
        *queues.conditions(plan),
        *software.conditions(plan),
    )
    return tuple(condition for condition in every if not plan.hosts[condition.host].host.maintenance)
