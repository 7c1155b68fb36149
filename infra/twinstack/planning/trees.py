"""Where a directory that every host sees is made: once, on the host that serves it, under the server's own path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from twinstack.inventory.model import Host, NfsMount, Service, Site


@dataclass(frozen=True, slots=True)
class Place:
    """A directory on one host, or at the same path on each host by itself (`host` None)."""

    host: str | None
    path: str

    def on(self, host: str) -> bool:
        """Whether a host makes it."""
        return self.host in {None, host}


def place_of(site: Site, path: str) -> Place:
    """Where the directory behind a path of the site is made.

    On the host of the site that exports it; on the first login host (or host of a Slurm pool) where it lies on any
    other mount; on each host where it lies on none.
    """
    wanted = PurePosixPath(path)
    mounts = [mount for mount in site.storage.mounts if wanted.is_relative_to(mount.mount)]
    if not mounts:
        return Place(None, path)
    mount = max(mounts, key=lambda each: len(each.mount))
    if isinstance(mount, NfsMount) and mount.server in site.hosts:
        return Place(mount.server, str(PurePosixPath(mount.export) / wanted.relative_to(mount.mount)))
    return Place(next((host.name for host in _users_hosts(site)), None), path)


def _users_hosts(site: Site) -> tuple[Host, ...]:
    """Hosts on which people work: where they log in first, then where their jobs run."""
    partitions = site.slurm.partitions.values() if site.slurm else ()
    pools = {pool for partition in partitions for pool in partition.pools}
    jobs = tuple(host for host in site.hosts.values() if host.pool in pools and not host.simulated)
    return (*site.by_service[Service.LOGIN], *jobs)
