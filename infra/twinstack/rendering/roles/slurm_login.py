"""Role slurm-login: Slurm's commands, and a way for them to find the configuration."""

from __future__ import annotations

from twinstack.inventory.model import Service
from twinstack.inventory.slurm_releases import Trait, has
from twinstack.planning.model import HostPlan
from twinstack.rendering import slurm_daemon, slurm_units, slurm_upgrades
from twinstack.rendering.model import HostRole, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_nodes import slurm_of

ROLE = "slurm-login"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """Commands only where files are at hand; elsewhere a daemon keeps them current.

    Up to 23.02 that is a slurmd outside all partitions (configless_slurm.html of 22.05), from 23.11 on sackd.
    """
    if host.in_slurm or host.runs(Service.SLURM_CONTROLLER):
        return renderer.role(ROLE, "commands", lambda: _commands(renderer))
    if has(slurm_of(renderer.site).version, Trait.SACKD):
        return renderer.role(ROLE, "sackd", lambda: _with_sackd(renderer))
    profile = f"slurmd-{host.hardware.name}"
    return renderer.role(ROLE, profile, lambda: _with_daemon(renderer, host, profile))


def _commands(renderer: Renderer) -> RoleSpec:
    return RoleSpec(
        role=ROLE,
        profile="commands",
        packages=renderer.distribution.install("slurm-client"),
        params={"unit": None, **slurm_upgrades.parameters(renderer.distribution, renderer.site.slurm)},
    )


def _with_sackd(renderer: Renderer) -> RoleSpec:
    names = renderer.distribution
    unit = names.units["slurm-sackd"]
    return RoleSpec(
        role=ROLE,
        profile="sackd",
        packages=names.install("slurm-sackd", "slurm-client"),
        files=(
            renderer.file(
                f"{names.paths['environment']}/sackd",
                "slurm/sackd.env",
                lambda: f'SACKD_OPTIONS="{slurm_daemon.conf_server(renderer.plan)}"\n',
                restarts=(unit,),
            ),
            renderer.file(slurm_units.drop_in(unit), "slurm/sackd-drop-in.conf", slurm_units.node, restarts=(unit,)),
        ),
        units=(Unit(unit),),
        params={"unit": None, **slurm_upgrades.parameters(renderer.distribution, renderer.site.slurm)},
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
        params={"unit": unit, **slurm_upgrades.parameters(renderer.distribution, renderer.site.slurm)},
    )
