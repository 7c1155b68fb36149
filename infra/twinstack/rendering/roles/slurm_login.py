"""Role slurm-login: Slurm's commands, and a way for them to find the configuration."""

from __future__ import annotations

from twinstack.inventory.model import Service
from twinstack.planning.model import HostPlan
from twinstack.rendering import slurm_daemon
from twinstack.rendering.model import HostRole, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "slurm-login"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """Commands only where files are at hand; elsewhere a slurmd outside all partitions keeps them current.

    That is what Slurm recommends for 22.05 (configless_slurm.html of that release); from 23.11 on there is sackd.
    """
    if host.in_slurm or host.runs(Service.SLURM_CONTROLLER):
        return renderer.role(ROLE, "commands", lambda: _commands(renderer))
    profile = f"slurmd-{host.hardware.name}"
    return renderer.role(ROLE, profile, lambda: _with_daemon(renderer, host, profile))


def _commands(renderer: Renderer) -> RoleSpec:
    return RoleSpec(
        role=ROLE,
        profile="commands",
        packages=renderer.distribution.install("slurm-client"),
        params={"unit": None},
    )


def _with_daemon(renderer: Renderer, host: HostPlan, profile: str) -> RoleSpec:
    unit = renderer.distribution.units["slurm-compute"]
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("slurm-compute", "slurm-client"),
        directories=slurm_daemon.directories(),
        files=slurm_daemon.files(renderer, host, f"login-{host.hardware.name}"),
        units=(Unit(unit),),
        params={"unit": unit},
    )
