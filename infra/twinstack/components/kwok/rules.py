"""What in a plan keeps KWOK from working."""

from __future__ import annotations

from twinstack.planning.model import Plan


def problems(plan: Plan) -> tuple[str, ...]:
    """One sentence for each thing that is wrong."""
    if any(host.in_kubernetes and not host.host.simulated for host in plan.hosts.values()):
        return ()
    return (
        "simulated hosts need a real Kubernetes host for their controller (give a pool of real hosts to Kubernetes)",
    )
