"""Slurm: partitions and QOS refer to what exists and does what it says."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.defaults import SLURM_RELEASES
from twinstack.inventory.model import Partition, Site, Stack
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import rule
from twinstack.inventory.wording import did_you_mean


@rule("slurm.version")
def release(site: Site) -> Iterator[Finding]:
    """The roles know what goes with this release."""
    if site.slurm and site.slurm.version not in SLURM_RELEASES:
        known = ", ".join(SLURM_RELEASES)
        yield Finding(("slurm", "version"), f"Slurm {site.slurm.version} is not known", f"known: {known}")


@rule("slurm.version", "slurm.packages")
def packaged_release(site: Site) -> Iterator[Finding]:
    """The packages are of the release that the files are made for."""
    packages = site.slurm.packages if site.slurm else None
    if site.slurm and packages and not packages.version.startswith(f"{site.slurm.version}."):
        what = f"{site.slurm.version}, but the packages are {packages.version}"
        yield Finding(("slurm", "version"), what, "leave version out: it follows from packages.version")


@rule("slurm.packages", "os.distribution")
def package_source(site: Site) -> Iterator[Finding]:
    """A repository is signed, unless it is a directory of the hosts; OpenHPC has RPMs."""
    packages = site.slurm.packages if site.slurm else None
    if packages is None:
        return
    place = ("slurm", "packages")
    if packages.repository and packages.key is None and not packages.repository.startswith("file:"):
        yield Finding((*place, "repository"), "nobody signs it", "slurm.packages.key: its public key's file")
    if packages.naming == "openhpc" and site.os.family == "debian":
        what = f"OpenHPC publishes RPMs, and hosts run {site.os.distribution}"
        yield Finding((*place, "naming"), what, "distribution or schedmd")


@rule("slurm.partitions", "pools.*.stack")
def partition_pools(site: Site) -> Iterator[Finding]:
    """A partition's pools exist, and Slurm may schedule there."""
    for partition in site.slurm.partitions.values() if site.slurm else ():
        yield from _pools(site, partition)


def _pools(site: Site, partition: Partition) -> Iterator[Finding]:
    for index, name in enumerate(partition.pools):
        place = ("slurm", "partitions", partition.name, "pools", index)
        pool = site.pools.get(name)
        if pool is None:
            yield Finding(place, f"there is no pool {name}", did_you_mean(name, site.pools))
        elif pool.stack is Stack.KUBERNETES:
            yield Finding(place, f"pool {name} belongs to kubernetes", "stack: slurm, split or flexible")


@rule("slurm.partitions", "pools.*", "hosts.*.pool", "hosts.*.name")
def empty_partitions(site: Site) -> Iterator[Finding]:
    """A partition without hosts runs nothing."""
    for partition in site.slurm.partitions.values() if site.slurm else ():
        known = [site.pools[name] for name in partition.pools if name in site.pools]
        if known and not any(pool.hosts for pool in known):
            what = f"no host is in {', '.join(pool.name for pool in known)}"
            yield Finding(("slurm", "partitions", partition.name), what, "give a host this pool")


@rule("slurm.partitions", "pools.*.stack")
def unused_pools(site: Site) -> Iterator[Finding]:
    """A pool of Slurm's that is in no partition can be used by nobody."""
    if site.slurm is None:
        return
    used = {name for partition in site.slurm.partitions.values() for name in partition.pools}
    for pool in site.pools.values():
        if pool.stack is not Stack.KUBERNETES and pool.name not in used:
            hint = f"slurm.partitions: {{{pool.name}: {{pools: [{pool.name}]}}}}"
            yield Finding(("pools", pool.name), "Slurm has it, and no partition holds it", hint)


@rule("slurm.partitions")
def default_partition(site: Site) -> Iterator[Finding]:
    """Jobs that name no partition go to exactly one."""
    partitions = site.slurm.partitions if site.slurm else {}
    chosen = [name for name, partition in partitions.items() if partition.default]
    if partitions and not chosen:
        yield Finding(("slurm", "partitions"), "no partition is the default", "default: true in one")
    for name in chosen[1:]:
        place = ("slurm", "partitions", name, "default")
        yield Finding(place, f"a second default, beside {chosen[0]}", "one partition is the default")


@rule("slurm.partitions", "slurm.qos")
def partition_qos(site: Site) -> Iterator[Finding]:
    """A partition's QOS exists."""
    for partition in site.slurm.partitions.values() if site.slurm else ():
        if site.slurm and partition.qos and partition.qos not in site.slurm.qos:
            place = ("slurm", "partitions", partition.name, "qos")
            yield Finding(place, f"there is no QOS {partition.qos}", did_you_mean(partition.qos, site.slurm.qos))


@rule("slurm.qos", "slurm.scheduling.preempt_mode")
def preemption(site: Site) -> Iterator[Finding]:
    """A QOS preempts others that exist, where preemption is on."""
    for qos in site.slurm.qos.values() if site.slurm else ():
        place = ("slurm", "qos", qos.name, "preempt")
        for index, name in enumerate(qos.preempt):
            if site.slurm and name not in site.slurm.qos:
                yield Finding((*place, index), f"there is no QOS {name}", did_you_mean(name, site.slurm.qos))
            elif name == qos.name:
                yield Finding((*place, index), "a QOS cannot preempt itself", "name others")
        if qos.preempt and site.slurm and site.slurm.scheduling.preempt_mode == "off":
            yield Finding(place, "nothing is preempted: preempt_mode is off", "slurm.scheduling.preempt_mode: requeue")
