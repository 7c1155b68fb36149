"""The storage section."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NfsMount:
    """An NFS export of a host of the site, or of a server outside it, and where it is mounted."""

    name: str
    server: str
    export: str
    mount: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LustreMount:
    """A Lustre file system served elsewhere; `repository` is where packages of the client come from."""

    name: str
    mgs: str
    filesystem: str
    mount: str
    client: str | None
    repository: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GpfsMount:
    """A GPFS (Storage Scale) file system of an installed client."""

    name: str
    filesystem: str
    mount: str


@dataclass(frozen=True, slots=True)
class CephPool:
    """A Ceph block pool or file system."""

    name: str
    replicas: int


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A Ceph object store (S3)."""

    name: str
    gateways: int


@dataclass(frozen=True, slots=True)
class Ceph:
    """Rook-Ceph on listed hosts and devices only."""

    hosts: tuple[str, ...]
    devices: tuple[str, ...]
    block: CephPool | None
    filesystem: CephPool | None
    object_store: ObjectStore | None


@dataclass(frozen=True, slots=True)
class Longhorn:
    """Longhorn's replicated block volumes on the Kubernetes hosts."""

    name: str
    replicas: int


@dataclass(frozen=True, slots=True)
class Dataset:
    """A read-only, shared data set for projects (`source` names a mount)."""

    name: str
    source: str
    path: str
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Storage:
    """All storage; `default_class` and `capacity_class` name an entry above."""

    nfs: tuple[NfsMount, ...]
    lustre: tuple[LustreMount, ...]
    gpfs: tuple[GpfsMount, ...]
    ceph: Ceph | None
    default_class: str | None
    capacity_class: str | None
    datasets: tuple[Dataset, ...]
    longhorn: Longhorn | None = None

    @property
    def mounts(self) -> tuple[NfsMount | LustreMount | GpfsMount, ...]:
        """Every file system that hosts mount."""
        return (*self.nfs, *self.lustre, *self.gpfs)
