"""Role nfs-server: exports by the kernel's server, or by nfs-ganesha on machines whose kernel has none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from twinstack.inventory.model import NfsMount, Service
from twinstack.planning.model import HostPlan
from twinstack.rendering import kernel_needs, mount_units, nfs_exports, slurm_paths
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "nfs-server"
KERNEL, USERSPACE = "nfs-server", "nfs-server-userspace"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """Each server its own exports."""
    return renderer.role(ROLE, host.name, lambda: _spec(renderer, host))


def _spec(renderer: Renderer, host: HostPlan) -> RoleSpec:
    word = server(host)
    unit = renderer.distribution.units[word]
    served = nfs_exports.exports(renderer.site, host.name)
    shown = tuple(_shown_here(renderer, host))
    exported = _kernel(renderer, host, unit) if word == KERNEL else _ganesha(renderer, host, unit)
    return RoleSpec(
        role=ROLE,
        profile=host.name,
        packages=renderer.distribution.install(word),
        directories=(*(Directory(export.path) for export in served), *_shared_state(renderer, host)),
        files=(*exported, *(_bind(renderer, mount) for mount in shown)),
        units=(Unit(unit), *_bound(shown)),
        params={"kernel": kernel_needs.NFS_SERVER.params if word == KERNEL else None},
    )


def server(host: HostPlan) -> str:
    """Which server: the kernel's, unless the hardware class says that its kernel has none."""
    return USERSPACE if "kernel-nfs-server" in host.hardware.absent else KERNEL


def _kernel(renderer: Renderer, host: HostPlan, unit: str) -> tuple[PlacedFile, ...]:
    exports = renderer.file(
        "/etc/exports.d/twinstack.exports",
        f"nfs/{host.name}.exports",
        lambda: nfs_exports.kernel(nfs_exports.exports(renderer.site, host.name)),
        reloads=(unit,),
    )
    return (exports,)


def _ganesha(renderer: Renderer, host: HostPlan, unit: str) -> tuple[PlacedFile, ...]:
    """Its settings need a restart; its exports, in a file of their own, a reload."""
    settings = renderer.file("/etc/ganesha/ganesha.conf", "nfs/ganesha.conf", nfs_exports.ganesha, restarts=(unit,))
    exports = renderer.file(
        nfs_exports.GANESHA_EXPORTS,
        f"nfs/{host.name}-ganesha-exports.conf",
        lambda: nfs_exports.ganesha_exports(nfs_exports.exports(renderer.site, host.name)),
        reloads=(unit,),
    )
    return settings, exports


def _shown_here(renderer: Renderer, host: HostPlan) -> Iterator[NfsMount]:
    """Exports that people and jobs on the server itself expect at their mount points."""
    if not (host.in_slurm or host.in_kubernetes or host.runs(Service.LOGIN)):
        return
    for mount in renderer.site.storage.nfs:
        if mount.server == host.name and mount.mount != mount.export:
            yield mount


def _bound(shown: tuple[NfsMount, ...]) -> Iterator[Unit]:
    if shown:
        yield mount_units.TARGET
    for mount in shown:
        yield Unit(mount_units.unit_name(mount.mount, "mount"))


def _bind(renderer: Renderer, mount: NfsMount) -> PlacedFile:
    unit = mount_units.unit_name(mount.mount, "mount")
    return renderer.file(f"/etc/systemd/system/{unit}", f"nfs/bind-{mount.name}.mount", lambda: mount_units.bind(mount))


def _shared_state(renderer: Renderer, host: HostPlan) -> Iterator[Directory]:
    """The controllers' shared state, where this host serves it: only here can root give it to Slurm's user."""
    state = renderer.site.slurm.state_location if renderer.site.slurm else None
    for mount in renderer.site.storage.nfs:
        if state and mount.server == host.name and PurePosixPath(state).is_relative_to(mount.mount):
            below = PurePosixPath(state).relative_to(mount.mount)
            # By number: the user comes with or before Slurm's packages, which a file server does not have.
            yield Directory(str(PurePosixPath(mount.export) / below), slurm_paths.UID, slurm_paths.UID, "0700")
