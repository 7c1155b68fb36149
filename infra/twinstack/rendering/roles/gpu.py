"""Role gpu: the driver that the site installed answers for every GPU, and stays loaded."""

from __future__ import annotations

from twinstack.inventory.model import Gpus
from twinstack.planning.model import HostPlan
from twinstack.rendering import gpu_persistence
from twinstack.rendering.model import HostRole, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "gpu"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for machines of one hardware class."""
    gpus = host.hardware.gpus
    if gpus is None:
        raise ValueError(f"{host.name} has no GPUs")
    return renderer.role(ROLE, host.hardware.name, lambda: _spec(renderer, host.hardware.name, gpus))


def _spec(renderer: Renderer, profile: str, gpus: Gpus) -> RoleSpec:
    unit = gpu_persistence.UNIT
    persistent = gpus.vendor == "nvidia"
    dest = f"/etc/systemd/system/{unit}"
    return RoleSpec(
        role=ROLE,
        profile=profile,
        files=(renderer.file(dest, f"gpu/{unit}", gpu_persistence.text, restarts=(unit,)),) if persistent else (),
        units=(Unit(unit),) if persistent else (),
        params={"vendor": gpus.vendor, "model": gpus.model, "count": gpus.count},
    )
