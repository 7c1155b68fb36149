"""Role slurm-compute: slurmd on the machines where Slurm owns cores."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering import slurm_daemon, slurm_hooks, slurm_upgrades
from twinstack.rendering.model import HostRole, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_nodes import kind

ROLE = "slurm-compute"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for hosts of one hardware class and pool: they are defined alike in slurm.conf."""
    hardware, pool = kind(host)
    profile = f"{pool}.{hardware}"
    return renderer.role(ROLE, profile, lambda: _spec(renderer, host, profile))


def _spec(renderer: Renderer, host: HostPlan, profile: str) -> RoleSpec:
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("slurm-compute", "slurm-client"),
        directories=slurm_daemon.directories(),
        files=(*slurm_daemon.files(renderer, host, profile), *slurm_hooks.node_files(renderer)),
        units=(Unit(renderer.distribution.units["slurm-compute"]),),
        params={
            "unit": renderer.distribution.units["slurm-compute"],
            **slurm_upgrades.parameters(renderer.distribution, renderer.site.slurm),
        },
        drain=True,
        calm=("unit",),
    )
