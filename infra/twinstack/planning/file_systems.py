"""Which file systems of the fabric a host mounts; NFS is in `planning.roles`."""

from __future__ import annotations

from twinstack.inventory.model import Hardware, Host, LustreMount, Site
from twinstack.planning.lnet import locals_of


def lustre_of(site: Site, host: Host, hardware: Hardware) -> tuple[LustreMount, ...]:
    """The Lustre mounts of a host: those whose servers it reaches."""
    return tuple(mount for mount in site.storage.lustre if locals_of(site, host, hardware, mount))
