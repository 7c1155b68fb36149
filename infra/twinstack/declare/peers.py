"""Which hosts count together when some are taken out of service (`max_unavailable`), as their schedulers know them."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.planning.model import Plan
from twinstack.provider.drains import SERVES
from twinstack.provider.waves import CONTROL_PLANE
from twinstack.rendering.hostlists import fold


def peers(plan: Plan) -> Mapping[str, Mapping[str, str]]:
    """By pool (empty for hosts without one) and scheduler its nodes, as host lists; a simulated host is none."""
    found: dict[str, dict[str, list[str]]] = {}
    for host in plan.hosts.values():
        pool = found.setdefault(host.pool.name if host.pool else "", {})
        for scheduler in sorted({SERVES[role] for role in host.roles if role in SERVES}):
            pool.setdefault(scheduler, []).append(host.name)
    return {name: {scheduler: fold(names) for scheduler, names in pool.items()} for name, pool in found.items()}


def control_planes(plan: Plan) -> str:
    """The control planes of the cluster, as a host list: they count together wherever they are."""
    return fold(host.name for host in plan.with_role(CONTROL_PLANE))
