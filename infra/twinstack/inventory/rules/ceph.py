"""Ceph: it takes the listed devices of the listed hosts and nothing else, so these must be right."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.hostlists import doubles, fold
from twinstack.inventory.model import Ceph, Host, Site, Stack
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules.hardware import STABLE
from twinstack.inventory.rules.rule import rule

_HOSTS: Place = ("storage", "ceph", "hosts")
_DEVICES: Place = ("storage", "ceph", "devices")


@rule("storage.ceph.hosts", "hosts.*.name", "hosts.*.pool", "hosts.*.simulated", "pools.*.stack", "kubernetes.*")
def hosts(site: Site) -> Iterator[Finding]:
    """Rook runs Ceph on real hosts of Kubernetes."""
    if (ceph := site.storage.ceph) is None:
        return
    if site.kubernetes is None:
        yield Finding(("storage", "ceph"), "Ceph runs on Kubernetes, which this site has not", "add kubernetes:")
        return
    if double := doubles(ceph.hosts):
        yield Finding(_HOSTS, f"{fold(double)} named twice", "each host once")
    if unknown := [name for name in ceph.hosts if name not in site.hosts]:
        yield Finding(_HOSTS, f"{fold(unknown)} not among the hosts", "name hosts of this inventory")
    if unfit := [host.name for host in _known(site, ceph) if not _fit(site, host)]:
        what = f"{fold(unfit)} not in a Kubernetes pool, or simulated"
        yield Finding(_HOSTS, what, "real hosts in a pool of stack kubernetes or split")


def _known(site: Site, ceph: Ceph) -> list[Host]:
    return [site.hosts[name] for name in ceph.hosts if name in site.hosts]


def _fit(site: Site, host: Host) -> bool:
    pool = site.pools.get(host.pool or "")
    return pool is not None and pool.stack in {Stack.KUBERNETES, Stack.SPLIT} and not host.simulated


@rule("storage.ceph.devices", "storage.ceph.hosts", "hosts.*.name", "hosts.*.hardware", "hardware.*.disks")
def devices(site: Site) -> Iterator[Finding]:
    """Ceph's devices go by stable paths, and their hosts have them."""
    if (ceph := site.storage.ceph) is None:
        return
    if unstable := [device for device in ceph.devices if not device.startswith(STABLE)]:
        what = f"{fold(unstable)} may name another disk after a reboot"
        yield Finding(_DEVICES, what, f"a path below {STABLE}id/ or by-path/")
    if double := doubles(ceph.devices):
        yield Finding(_DEVICES, f"{fold(double)} listed twice", "a disk has one owner")
    for name in dict.fromkeys(host.hardware for host in _known(site, ceph) if host.hardware in site.hardware):
        disks = set(site.hardware[name].disks)
        if absent := [device for device in ceph.devices if device not in disks]:
            what = f"hardware {name} has no {fold(absent)}"
            yield Finding(_DEVICES, what, f"list it in hardware.{name}.disks, or leave it away")


@rule("storage.ceph")
def replicas(site: Site) -> Iterator[Finding]:
    """Copies lie on different hosts."""
    if (ceph := site.storage.ceph) is None:
        return
    for key, pool in (("block", ceph.block), ("filesystem", ceph.filesystem)):
        if pool and pool.replicas > len(ceph.hosts):
            what = f"{pool.replicas} copies on {len(ceph.hosts)} hosts"
            yield Finding(("storage", "ceph", key, "replicas"), what, f"at most {len(ceph.hosts)}: one a host")
