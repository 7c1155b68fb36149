"""Conditions of mounted file systems: each use finds the planned one, or the kernel has no client for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.planning.file_systems import lustre_of
from twinstack.planning.model import HostPlan, Plan
from twinstack.planning.roles import mounts_of

DEADLINE = "40"
"""Seconds for a first use: more than a mount unit gives its mount."""
NFS = ("nfs", "nfs4")


def conditions(plan: Plan) -> Iterator[Condition]:
    """Every mount of every host."""
    for host in plan.with_role("nfs-client"):
        for mount in mounts_of(plan.site, host.host):
            name = f"{mount.server}:{mount.export} on {mount.mount}"
            check = partial(without_client, mount.mount)
            if "kernel-nfs-client" not in host.hardware.absent:
                check = partial(is_mounted, mount.mount, f":{mount.export}", NFS)
            yield _condition(host, name, check)
    yield from _of_the_fabric(plan)


def _of_the_fabric(plan: Plan) -> Iterator[Condition]:
    """Lustre and GPFS."""
    for host in plan.with_role("lustre-client"):
        for lustre in lustre_of(plan.site, host.host, host.hardware):
            check = partial(is_mounted, lustre.mount, f":/{lustre.filesystem}", ("lustre",))
            yield _condition(host, f"{lustre.name} on {lustre.mount}", check)
    for host in plan.with_role("gpfs-mount"):
        for gpfs in plan.site.storage.gpfs:
            check = partial(is_mounted, gpfs.mount, gpfs.filesystem, ("gpfs",))
            yield _condition(host, f"{gpfs.name} on {gpfs.mount}", check)


def _condition(host: HostPlan, name: str, check: partial[Verdict]) -> Condition:
    return Condition("mounts", host.name, name, check)


def without_client(where: str, _shell: Shell) -> Verdict:
    """The kernel mounts no NFS, as the inventory says."""
    return Verdict.not_here(f"this kind of machine has no NFS client in its kernel; {where} is not mounted")


def is_mounted(where: str, source: str, kinds: tuple[str, ...], shell: Shell) -> Verdict:
    """A use of the mount point finds a file system of one of the kinds, whose source ends as planned.

    The use comes first, with a deadline: an automount shows its file system only then.
    """
    used = shell.run("timeout", DEADLINE, "stat", "--file-system", "--format", "%T", f"{where}/.")
    if used.rc:
        return Verdict.wrong(f"{where} cannot be used: {used.stderr.strip() or f'no answer in {DEADLINE} s'}")
    listed = ("--noheadings", "--output", "SOURCE,FSTYPE", "--types", ",".join(kinds), "--mountpoint", where)
    seen = shell.run("findmnt", *listed).stdout.strip()
    return Verdict.of(seen.rpartition(" ")[0].strip().endswith(source), f"{where}: {seen or 'not mounted'}")
