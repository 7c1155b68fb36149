"""Which file systems hold a path, and which of the fabric's a host mounts; NFS is in `planning.roles`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TypeVar

from twinstack.inventory.model import GpfsMount, Hardware, Host, LustreMount, NfsMount, Site
from twinstack.planning.lnet import locals_of

Mount = TypeVar("Mount", NfsMount, LustreMount, GpfsMount)


def holding(path: str | None, mounts: Iterable[Mount]) -> tuple[Mount, ...]:
    """The mounts on which a path lies; none holds no path."""
    return tuple(mount for mount in mounts if path is not None and PurePosixPath(path).is_relative_to(mount.mount))


def lustre_of(site: Site, host: Host, hardware: Hardware) -> tuple[LustreMount, ...]:
    """The Lustre mounts of a host: those whose servers it reaches."""
    return tuple(mount for mount in site.storage.lustre if locals_of(site, host, hardware, mount))
