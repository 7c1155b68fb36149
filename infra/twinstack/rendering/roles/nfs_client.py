"""Role nfs-client: the site's NFS mounts, or the protocol's tools alone where the kernel mounts nothing."""

from __future__ import annotations

from twinstack.inventory.model import NfsMount
from twinstack.planning.model import HostPlan
from twinstack.planning.roles import mounts_of
from twinstack.rendering import kernel_needs, mount_units
from twinstack.rendering.model import HostRole, RoleSpec
from twinstack.rendering.renderer import Renderer

ROLE = "nfs-client"
MADE, NOT_HERE = "made", "not-here"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for all hosts that mount the same."""
    mounts = mounts_of(renderer.site, host.host)
    if "kernel-nfs-client" in host.hardware.absent:
        profile = ".".join([NOT_HERE, *(mount.name for mount in mounts)])
        return renderer.role(ROLE, profile, lambda: _tools(renderer, profile))
    profile = ".".join([MADE, *(mount.name for mount in mounts)])
    return renderer.role(ROLE, profile, lambda: _mounted(renderer, profile, mounts))


def _mounted(renderer: Renderer, profile: str, mounts: tuple[NfsMount, ...]) -> RoleSpec:
    made = tuple(mount_units.nfs(renderer.site, mount) for mount in mounts)
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("nfs-client"),
        files=tuple(file for mount in made for file in mount_units.files(renderer, mount)),
        units=(mount_units.TARGET, *(mount_units.unit(mount) for mount in made)),
        params={"kernel": kernel_needs.NFS_CLIENT.params},
        drain=True,
        calm=("kernel",),
    )


def _tools(renderer: Renderer, profile: str) -> RoleSpec:
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("nfs-client-userspace"),
        params={"kernel": None},
    )
