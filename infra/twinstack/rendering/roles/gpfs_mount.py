"""Role gpfs-mount: file systems of an installed GPFS (IBM Storage Scale) client."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering import gpfs_unit, mount_units
from twinstack.rendering.model import HostRole, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "gpfs-mount"


def render(renderer: Renderer, _host: HostPlan) -> HostRole:
    """The same on every host."""
    return renderer.role(ROLE, "all", lambda: _spec(renderer))


def _spec(renderer: Renderer) -> RoleSpec:
    mounts = renderer.site.storage.gpfs
    before = mount_units.users(renderer)
    return RoleSpec(
        role=ROLE,
        profile="all",
        files=tuple(
            renderer.file(
                f"/etc/systemd/system/{gpfs_unit.name(mount)}",
                f"gpfs/{gpfs_unit.name(mount)}",
                lambda mount=mount: gpfs_unit.text(mount, before),  # type: ignore[misc]
            )
            for mount in mounts
        ),
        units=tuple(Unit(gpfs_unit.name(mount)) for mount in mounts),
        params={"commands": gpfs_unit.COMMANDS},
        drain=True,
        calm=("commands",),
    )
