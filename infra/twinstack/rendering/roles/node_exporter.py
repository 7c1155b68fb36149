"""Role node-exporter: the machine's own figures for Prometheus."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering import node_exporter_env
from twinstack.rendering.model import Directory, HostRole, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "node-exporter"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same everywhere; monitoring finds the hosts by its own list."""
    del host
    return renderer.role(ROLE, "all", lambda: _spec(renderer))


def _spec(renderer: Renderer) -> RoleSpec:
    names = renderer.distribution
    unit = names.units["node-exporter"]
    dest = names.paths["node-exporter"]
    return RoleSpec(
        role=ROLE,
        profile="all",
        packages=names.install("node-exporter"),
        directories=(Directory(node_exporter_env.TEXTFILES),),
        files=(renderer.file(dest, "node-exporter/environment", node_exporter_env.text, restarts=(unit,)),),
        units=(Unit(unit),),
    )
