"""Role nfs-client: the site's NFS mounts, or the protocol's tools alone where the kernel mounts nothing."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import NfsMount
from twinstack.planning.model import HostPlan
from twinstack.planning.roles import mounts_of
from twinstack.rendering import mount_units
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "nfs-client"
MADE, NOT_HERE = "made", "not-here"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for all hosts that mount the same."""
    mounts = mounts_of(renderer.site, host.host)
    if "kernel-nfs-client" in host.hardware.absent:
        profile = ".".join([NOT_HERE, *(mount.name for mount in mounts)])
        return renderer.role(ROLE, profile, lambda: _tools(renderer, profile, mounts))
    profile = ".".join([MADE, *(mount.name for mount in mounts)])
    return renderer.role(ROLE, profile, lambda: _mounted(renderer, profile, mounts))


def _mounted(renderer: Renderer, profile: str, mounts: tuple[NfsMount, ...]) -> RoleSpec:
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("nfs-client"),
        files=tuple(file for mount in mounts for file in _files(renderer, mount)),
        units=tuple(Unit(mount_units.unit_name(mount.mount, "automount")) for mount in mounts),
        params=_params(renderer, MADE, mounts),
        drain=True,
        calm=("mounts", "sources"),
    )


def _files(renderer: Renderer, mount: NfsMount) -> Iterator[PlacedFile]:
    made, used = (mount_units.unit_name(mount.mount, kind) for kind in ("mount", "automount"))
    yield renderer.file(
        f"/etc/systemd/system/{made}", f"nfs/{mount.name}.mount", lambda: mount_units.nfs(renderer.site, mount)
    )
    yield renderer.file(
        f"/etc/systemd/system/{used}", f"nfs/{mount.name}.automount", lambda: mount_units.automount(mount)
    )


def _tools(renderer: Renderer, profile: str, mounts: tuple[NfsMount, ...]) -> RoleSpec:
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("nfs-client-userspace"),
        params=_params(renderer, NOT_HERE, mounts),
    )


def _params(renderer: Renderer, state: str, mounts: tuple[NfsMount, ...]) -> dict[str, object]:
    """What conformance looks at: whether mounts are made here, and what each is of."""
    sources = {mount.mount: mount_units.source(renderer.site, mount) for mount in mounts}
    return {"mounts": state, "sources": sources}
