"""Where slurmctld keeps its state, and which hosts can therefore run it."""

from __future__ import annotations

from twinstack.inventory.model import Host, Service, Site
from twinstack.planning.file_systems import holding, lustre_of

NEEDED = "kernel-nfs-client"


def controllers(site: Site) -> tuple[Host, ...]:
    """The hosts that may run slurmctld, the first one first.

    Without a shared state only that one: a backup that does not know the jobs would end them when it takes over.
    """
    placed = site.by_service[Service.SLURM_CONTROLLER]
    return placed if shared(site) else placed[:1]


def shared(site: Site) -> str | None:
    """The directory that all controllers see; None without one, and where one of them cannot mount it."""
    state = site.slurm.state_location if site.slurm else None
    if state is None or (on_nfs(site, state) and not _all_mount_nfs(site)) or not _all_reach_lustre(site, state):
        return None
    return state


def file_system(site: Site) -> str | None:
    """The mount point of a GPFS file system that holds the shared state: GPFS mounts it, not systemd."""
    return next((mount.mount for mount in holding(shared(site), site.storage.gpfs)), None)


def on_nfs(site: Site, path: str) -> bool:
    """Whether a path lies on an NFS mount of the site."""
    return bool(holding(path, site.storage.nfs))


def _all_reach_lustre(site: Site, path: str) -> bool:
    held = holding(path, site.storage.lustre)
    placed = site.by_service[Service.SLURM_CONTROLLER]
    return all(mount in lustre_of(site, host, site.hardware_of(host)) for mount in held for host in placed)


def _all_mount_nfs(site: Site) -> bool:
    placed = site.by_service[Service.SLURM_CONTROLLER]
    return not any(NEEDED in site.hardware_of(host).absent for host in placed)
