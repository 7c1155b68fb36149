"""Storage: mounts that hide nothing, classes and data sets of what exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twinstack.inventory.model import Dataset, Site, Storage
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules.rule import rule
from twinstack.inventory.wording import did_you_mean

_FILE_SYSTEMS = ("storage.nfs", "storage.lustre", "storage.gpfs")
_SYSTEM = "/ /bin /boot /dev /etc /lib /lib64 /proc /root /run /sbin /sys /tmp /usr /var /var/lib"
_KERNEL = ("/proc/", "/sys/", "/dev/", "/run/", "/boot/")


def mounts(storage: Storage) -> Iterator[tuple[Place, str, str]]:
    """The place, name and mount point of every mounted file system."""
    for index, mount in enumerate(storage.mounts):
        kind, before = _kind(storage, index)
        yield ("storage", kind, index - before, "mount"), mount.name, mount.mount


def _kind(storage: Storage, index: int) -> tuple[str, int]:
    """The list that holds an entry of `storage.mounts`, and how many entries come before that list."""
    nfs, lustre = len(storage.nfs), len(storage.lustre)
    if index < nfs:
        return "nfs", 0
    return ("lustre", nfs) if index < nfs + lustre else ("gpfs", nfs + lustre)


def is_system(path: str) -> bool:
    """Whether a directory is the system's own."""
    return path in _SYSTEM.split() or path.startswith(_KERNEL)


def covers(mount: str, path: str) -> bool:
    """Whether a path lies on a mount."""
    return f"{path}/".startswith(f"{mount.rstrip('/')}/")


@rule(*_FILE_SYSTEMS)
def shadowing(site: Site) -> Iterator[Finding]:
    """A mount hides no other one and no part of the system."""
    seen: list[tuple[str, str]] = []
    for place, name, mount in mounts(site.storage):
        if is_system(mount):
            yield Finding(place, f"{name} would hide the system's own {mount}", "a directory of its own")
        for other, above in seen:
            if covers(above, mount) or covers(mount, above):
                yield Finding(
                    place,
                    f"{name} ({mount}) and {other} ({above}) shadow each other",
                    "side by side, not one below the other",
                )
        seen.append((name, mount))


@rule("storage.nfs", "hosts.*.name")
def exports(site: Site) -> Iterator[Finding]:
    """A host of the site exports directories of data, and none that its own mount would hide."""
    for index, mount in enumerate(site.storage.nfs):
        place = ("storage", "nfs", index, "export")
        if mount.server not in site.hosts:
            continue
        if is_system(mount.export):
            what = f"{mount.server} would export the system's own {mount.export}"
            yield Finding(place, what, f"a directory of its own, such as /export/{mount.name}")
        elif mount.export != mount.mount and covers(mount.mount, mount.export):
            what = f"{mount.mount}, where {mount.name} is mounted, would hide {mount.export} on {mount.server}"
            yield Finding(place, what, f"export it from outside {mount.mount}")


def classes(site: Site) -> tuple[str, ...]:
    """Entries that can be a storage class."""
    storage = site.storage
    names = [mount.name for mount in storage.nfs]
    if storage.ceph:
        names += [part.name for part in (storage.ceph.block, storage.ceph.filesystem) if part]
    if storage.longhorn:
        names.append(storage.longhorn.name)
    elif site.kubernetes and site.kubernetes.components.get("longhorn") is not None:
        names.append("longhorn")
    return tuple(names)


@rule("storage", "kubernetes.components")
def class_names(site: Site) -> Iterator[Finding]:
    """A storage class is an entry that Kubernetes can make volumes of."""
    known = classes(site)
    unfit = {name for _, name, _ in mounts(site.storage)} - set(known)
    for key, name in (("default", site.storage.default_class), ("capacity", site.storage.capacity_class)):
        place = ("storage", "classes", key)
        if name in unfit:
            yield Finding(place, f"{name} cannot be a storage class", f"known: {', '.join(known) or 'none'}")
        elif name is not None and name not in known:
            yield Finding(place, f"there is no storage {name}", did_you_mean(name, known))


@rule("storage", "kubernetes.components")
def default_class(site: Site) -> Iterator[Finding]:
    """Claims that name no class go to exactly one."""
    known = classes(site)
    if site.kubernetes and known and site.storage.default_class is None:
        hint = f"storage.classes: {{default: {known[0]}}}"
        yield Finding(("storage", "classes", "default"), "no storage class is the default", hint)


@rule(*_FILE_SYSTEMS, "storage.ceph", "storage.datasets")
def dataset_sources(site: Site) -> Iterator[Finding]:
    """A data set lies on a file system of the site."""
    points: Mapping[str, str | None] = {name: mount for _, name, mount in mounts(site.storage)}
    if site.storage.ceph and site.storage.ceph.filesystem:
        points = {**points, site.storage.ceph.filesystem.name: None}
    for index, dataset in enumerate(site.storage.datasets):
        yield from _source(dataset, ("storage", "datasets", index), points)


def _source(dataset: Dataset, place: Place, points: Mapping[str, str | None]) -> Iterator[Finding]:
    if dataset.source not in points:
        hint = did_you_mean(dataset.source, points)
        yield Finding((*place, "from"), f"there is no file system {dataset.source}", hint)
    elif (mount := points[dataset.source]) and not covers(mount, dataset.path):
        what = f"{dataset.path} is not on {dataset.source}, which is mounted at {mount}"
        yield Finding((*place, "path"), what, f"a path below {mount}")


@rule("storage.datasets", "projects.*")
def dataset_projects(site: Site) -> Iterator[Finding]:
    """A data set is for projects that exist."""
    for index, dataset in enumerate(site.storage.datasets):
        for number, name in enumerate(dataset.projects):
            if name not in site.projects:
                place = ("storage", "datasets", index, "projects", number)
                yield Finding(place, f"there is no project {name}", did_you_mean(name, site.projects))


@rule("software.spack", *_FILE_SYSTEMS)
def spack(site: Site) -> Iterator[Finding]:
    """Software is where every host sees it."""
    if (tree := site.software.spack) and not any(covers(mount, tree.root) for _, _, mount in mounts(site.storage)):
        yield Finding(("software", "spack", "root"), f"{tree.root} is on no shared mount", "a path below one")
