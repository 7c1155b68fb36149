"""Pure functions from the Plan to the files that are placed on hosts."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering.model import HostRole, Rendering
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import ROLES

__all__ = ["render"]


def render(plan: Plan) -> Rendering:
    """Render the whole site: artefacts (manifests among them), role specs, and the roles of each host in order."""
    renderer = Renderer(plan)
    hosts = {name: _roles(renderer, host) for name, host in plan.hosts.items()}
    return Rendering(artefacts=renderer.artefacts, specs=renderer.specs, hosts=hosts)


def _roles(renderer: Renderer, host: HostPlan) -> Mapping[str, HostRole]:
    return {role: ROLES[role](renderer, host) for role in host.roles}
