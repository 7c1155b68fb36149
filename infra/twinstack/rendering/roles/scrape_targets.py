"""Role scrape-targets: what the monitoring host's Prometheus is to scrape."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering import scrape_targets
from twinstack.rendering.model import HostRole, RoleSpec
from twinstack.rendering.renderer import Renderer

ROLE = "scrape-targets"
DEST = "/etc/prometheus/file_sd/twinstack.json"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same on every monitoring host."""
    del host
    return renderer.role(ROLE, "all", lambda: _spec(renderer))


def _spec(renderer: Renderer) -> RoleSpec:
    text = renderer.file(DEST, "monitoring/targets.json", lambda: scrape_targets.text(renderer.plan))
    return RoleSpec(role=ROLE, profile="all", files=(text,))
