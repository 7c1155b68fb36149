"""What the operator should know of a run before it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ClusterShell.NodeSet import NodeSet

from twinstack.declare.connections import Connections
from twinstack.planning.model import Plan


def notices(plan: Plan, connections: Connections, parallel: int | None) -> Iterator[str]:
    """Warnings: hosts that will not be contacted, and an engine that would serve hosts in needlessly small batches."""
    if connections.unpinned:
        where = plan.site.access.host_keys or "access.host_keys"
        yield f"no SSH host key is pinned in {where} for {fold(connections.unpinned)}: not to be contacted"
    resting = [host.name for host in plan.site.hosts.values() if host.maintenance]
    if resting:
        yield f"in maintenance, not contacted: {fold(resting)}"
    real = sum(not host.simulated for host in plan.site.hosts.values())
    if parallel is not None and parallel < real:
        yield f"the engine asks for {parallel} of {real} hosts at a time: with PULUMI_PARALLEL=2000 one run serves all"


def fold(names: Sequence[str]) -> str:
    """Names as Slurm users write them: `cpu[1-3]`."""
    return str(NodeSet.fromlist(names))
