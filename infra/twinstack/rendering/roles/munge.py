"""Role munge: the key that Slurm's daemons know each other by, and its daemon."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "munge"
KEY = "munge-key"


def render(renderer: Renderer, _host: HostPlan) -> HostRole:
    """The same on every host of Slurm."""
    return renderer.role(ROLE, "all", lambda: _spec(renderer))


def _spec(renderer: Renderer) -> RoleSpec:
    unit = renderer.distribution.units["munge"]
    key = PlacedFile("/etc/munge/munge.key", secret=KEY, owner="munge", group="munge", mode="0400", restarts=(unit,))
    return RoleSpec(
        role=ROLE,
        profile="all",
        packages=renderer.distribution.install("munge"),
        directories=(Directory("/etc/munge", owner="munge", group="munge", mode="0700"),),
        files=(key,),
        units=(Unit(unit),),
    )
