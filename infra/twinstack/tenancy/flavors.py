"""Kinds of capacity that Kueue tells apart: one flavor a Kubernetes pool, simulated hosts in flavors of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twinstack.inventory.model import Pool, Taint
from twinstack.planning.model import HostPlan, Plan
from twinstack.planning.quotas import owned_by_kubernetes
from twinstack.rendering.nodes import POOL, SIMULATED, taint_document

CPU = "cpu"
MEMORY = "memory"

SIMULATED_TAINT = Taint(SIMULATED, "true", "NoSchedule")
"""Keeps off simulated nodes all that does not say it may run nowhere."""

_MOST_LABELS = 8  # of a ResourceFlavor


@dataclass(frozen=True, slots=True)
class Flavor:
    """What a pool owns for Kubernetes: logical CPUs, bytes of memory and GPUs, by resource name."""

    name: str
    pool: Pool
    simulated: bool
    capacity: Mapping[str, int]

    @property
    def gpus(self) -> tuple[str, ...]:
        """Names of its GPU resources."""
        return tuple(name for name in self.capacity if name not in {CPU, MEMORY})

    @property
    def node_labels(self) -> dict[str, str]:
        """Labels of its nodes; as many of the pool's own as may be, so that selectors on them find the flavor."""
        marks = {POOL: self.pool.name} | ({SIMULATED: "true"} if self.simulated else {})
        own = [(name, value) for name, value in self.pool.labels.items() if name not in marks]
        return {**marks, **dict(own[: _MOST_LABELS - len(marks)])}

    @property
    def node_taints(self) -> list[Mapping[str, str]]:
        """Taints of its nodes: whoever does not tolerate them is never given this flavor."""
        taints = [*self.pool.taints, SIMULATED_TAINT] if self.simulated else self.pool.taints
        return [taint_document(taint) for taint in taints]


def flavors(plan: Plan) -> tuple[Flavor, ...]:
    """Flavors in the order in which Kueue tries them: free for all, tainted, simulated."""
    members: dict[tuple[str, bool], list[HostPlan]] = {}
    for host in plan.hosts.values():
        if host.pool is not None and host.in_kubernetes:
            members.setdefault((host.pool.name, host.host.simulated), []).append(host)
    found = [_flavor(simulated, hosts) for (_, simulated), hosts in members.items()]
    return tuple(sorted(found, key=lambda flavor: (flavor.simulated, bool(flavor.pool.taints))))


def resources(plan: Plan) -> tuple[str, ...]:
    """Every resource that the site's flavors or quotas count, CPUs and memory first."""
    counted = [*(flavor.capacity for flavor in flavors(plan)), *(quota.resources for quota in plan.quotas.values())]
    return tuple(dict.fromkeys((CPU, MEMORY, *sorted(name for names in counted for name in names))))


def _flavor(simulated: bool, hosts: list[HostPlan]) -> Flavor:  # noqa: FBT001 - half of a key
    pool = hosts[0].pool
    if pool is None:
        raise ValueError(f"{hosts[0].name} has no pool")
    return Flavor(f"{pool.name}-simulated" if simulated else pool.name, pool, simulated, owned_by_kubernetes(hosts))
