"""Names: what can be one, and that one name stands for one thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from twinstack.inventory.model import Site
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules.rule import on_hosts, rule
from twinstack.inventory.rules.storage import mounts

_HOST = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_RACK = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_ACCOUNTS = """
adm audio backup bin ceph containerd daemon disk games ganesha input irc kvm list lp mail man messagebus munge
mysql news nobody nogroup prometheus proxy render root shadow slurm sshd staff statd sudo sync sys systemd-
network systemd-resolve systemd-timesync tty users uucp video wheel www-data
"""
SYSTEM_ACCOUNTS = frozenset(_ACCOUNTS.split())
"""Users and groups that operating systems and our own packages have."""
SYSTEM_NAMESPACES = frozenset({"default", "kueue-system", "rook-ceph", "gpu-operator", "monitoring", "logging"})


@rule("hosts.*.name")
def host_names(site: Site) -> Iterator[Finding]:
    """Names must do for DNS, Slurm and Kubernetes alike."""
    wrong = [host for host in site.hosts.values() if not _HOST.fullmatch(host.name)]
    yield from on_hosts(wrong, "name", "cannot be a host's name", "lower-case letters, digits and dashes, up to 63")


@rule("hosts.*.name", "hosts.*.rack")
def rack_names(site: Site) -> Iterator[Finding]:
    """Racks become Slurm switches and node labels."""
    wrong = [host for host in site.hosts.values() if host.rack is not None and not _RACK.fullmatch(host.rack)]
    yield from on_hosts(
        wrong, "rack", "in a rack whose name cannot be a label", "letters, digits, dots, dashes, underscores"
    )


@rule("storage.nfs", "storage.lustre", "storage.gpfs", "storage.ceph", "storage.longhorn")
def storage_names(site: Site) -> Iterator[Finding]:
    """Storage classes and data sets refer to entries of all kinds by name alone."""
    storage = site.storage
    named: list[tuple[Place, str]] = [((*place[:-1], "name"), name) for place, name, _ in mounts(storage)]
    if ceph := storage.ceph:
        named += [(("storage", "ceph", "block", "name"), ceph.block.name)] if ceph.block else []
        named += [(("storage", "ceph", "filesystem", "name"), ceph.filesystem.name)] if ceph.filesystem else []
        named += [(("storage", "ceph", "object_store", "name"), ceph.object_store.name)] if ceph.object_store else []
    if storage.longhorn:
        named.append((("storage", "longhorn", "name"), storage.longhorn.name))
    yield from _double(named)


@rule("kubernetes.secondary_networks", "storage.datasets")
def entry_names(site: Site) -> Iterator[Finding]:
    """Entries of a list must be told apart."""
    networks = site.kubernetes.secondary_networks if site.kubernetes else ()
    yield from _double((("kubernetes", "secondary_networks", i, "name"), each.name) for i, each in enumerate(networks))
    yield from _double((("storage", "datasets", i, "name"), each.name) for i, each in enumerate(site.storage.datasets))


def _double(named: Iterable[tuple[Place, str]]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for place, name in named:
        seen[name] += 1
        if seen[name] > 1:
            yield Finding(place, f"the name {name} is taken", "a name stands for one thing")


@rule("projects.*")
def project_names(site: Site) -> Iterator[Finding]:
    """A project is a group of users, a namespace and a Slurm account."""
    for name in site.projects:
        if name in SYSTEM_ACCOUNTS:
            yield Finding(
                ("projects", name), f"{name} is a system account or group on the hosts", "choose another name"
            )
        elif name in SYSTEM_NAMESPACES or name.startswith("kube-"):
            yield Finding(("projects", name), f"{name} is a namespace of the platform", "choose another name")


@rule("identity.users.*", "projects.*")
def user_names(site: Site) -> Iterator[Finding]:
    """People must not become system users."""
    for name in site.users:
        if name in SYSTEM_ACCOUNTS:
            yield Finding(
                ("identity", "users", name), f"{name} is a system account on the hosts", "choose another name"
            )


@rule("slurm.partitions.*")
def partition_names(site: Site) -> Iterator[Finding]:
    """`PartitionName=DEFAULT` sets defaults in slurm.conf(5) and makes no partition."""
    for name in site.slurm.partitions if site.slurm else ():
        if name.upper() == "DEFAULT":
            yield Finding(
                ("slurm", "partitions", name), "DEFAULT is a word of slurm.conf, not a name", "choose another"
            )


@rule("pools.*.labels")
def label_names(site: Site) -> Iterator[Finding]:
    """Kubernetes keeps labels under its own domains, and twinstack sets its own."""
    for pool in site.pools.values():
        for key in pool.labels:
            prefix = key.rpartition("/")[0]
            if any(prefix == own or prefix.endswith(f".{own}") for own in ("kubernetes.io", "k8s.io", "twinstack.io")):
                yield Finding(
                    ("pools", pool.name, "labels", key),
                    f"labels of {prefix} are not free to set",
                    "use your own prefix, or none",
                )
