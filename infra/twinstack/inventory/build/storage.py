"""The storage section."""

from __future__ import annotations

from twinstack.inventory import defaults
from twinstack.inventory.build.notes import Section
from twinstack.inventory.hostlists import expand
from twinstack.inventory.model import (
    Ceph,
    CephPool,
    Dataset,
    GpfsMount,
    Longhorn,
    LustreMount,
    NfsMount,
    ObjectStore,
    Storage,
)


def storage(section: Section) -> Storage:
    """All storage; an inventory without the section has none."""
    classes = section.get("classes", {})
    return Storage(
        nfs=tuple(_nfs(each) for each in section.get("nfs", ())),
        lustre=tuple(_lustre(each) for each in section.get("lustre", ())),
        gpfs=tuple(GpfsMount(each["name"], each["filesystem"], each["mount"]) for each in section.get("gpfs", ())),
        ceph=_ceph(section["ceph"]) if "ceph" in section else None,
        default_class=classes.get("default"),
        capacity_class=classes.get("capacity"),
        datasets=tuple(_dataset(each) for each in section.get("datasets", ())),
        longhorn=_longhorn(section["longhorn"]) if "longhorn" in section else None,
    )


def _nfs(section: Section) -> NfsMount:
    return NfsMount(
        name=section["name"],
        server=section["server"],
        export=section["export"],
        mount=section["mount"],
        options=tuple(section.get("options", ())),
    )


def _lustre(section: Section) -> LustreMount:
    return LustreMount(
        name=section["name"],
        mgs=section["mgs"],
        filesystem=section["filesystem"],
        mount=section["mount"],
        client=section.get("client"),
        repository=section.get("repository"),
        options=tuple(section.get("options", ())),
    )


def _ceph(section: Section) -> Ceph:
    store = section.get("object_store")
    return Ceph(
        hosts=tuple(expand(section["hosts"])),
        devices=tuple(device for devices in section["devices"] for device in expand(devices)),
        block=_ceph_pool(section.get("block")),
        filesystem=_ceph_pool(section.get("filesystem")),
        object_store=ObjectStore(store["name"], store.get("gateways", defaults.GATEWAYS)) if store else None,
    )


def _ceph_pool(section: Section | None) -> CephPool | None:
    return CephPool(section["name"], section.get("replicas", defaults.REPLICAS)) if section else None


def _longhorn(section: Section) -> Longhorn:
    return Longhorn(section["name"], section.get("replicas", defaults.REPLICAS))


def _dataset(section: Section) -> Dataset:
    return Dataset(
        name=section["name"],
        source=section["from"],
        path=section["path"],
        projects=tuple(section["projects"]),
    )
