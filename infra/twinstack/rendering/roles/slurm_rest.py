"""Role slurm-rest: slurmrestd on the controllers, where Slurm's files are at hand."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering import slurm_rest, slurm_units
from twinstack.rendering.model import HostRole, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_nodes import slurm_of

ROLE = "slurm-rest"


def render(renderer: Renderer, host: HostPlan) -> HostRole:  # noqa: ARG001 (the same on every host)
    """The same on every controller."""
    return renderer.role(ROLE, "all", lambda: _spec(renderer))


def _spec(renderer: Renderer) -> RoleSpec:
    names, slurm = renderer.distribution, slurm_of(renderer.site)
    unit = names.units["slurm-rest"]
    return RoleSpec(
        role=ROLE,
        profile="all",
        packages=names.install("slurm-rest", *slurm_rest.words(slurm)),
        files=(
            renderer.file(
                slurm_units.drop_in(unit),
                "slurm/slurmrestd-drop-in.conf",
                lambda: slurm_rest.drop_in(slurm),
                restarts=(unit,),
            ),
        ),
        units=(Unit(unit),),
        params={"user": slurm_rest.USER, "socket": slurm_rest.SOCKET},
    )
