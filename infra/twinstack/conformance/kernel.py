"""Conditions of the kernel: it has what the inventory counts on, and what the inventory calls absent is told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering.kernel_needs import NFS_CLIENT, NFS_SERVER, KernelNeed

NEEDS = {"nfs-server": ("kernel-nfs-server", NFS_SERVER), "nfs-client": ("kernel-nfs-client", NFS_CLIENT)}
"""The capability, as `hardware.*.absent` names it, that each role counts on, and what it needs of the kernel."""


def conditions(plan: Plan) -> Iterator[Condition]:
    """Each capability that a role of a host counts on."""
    for role, (capability, need) in NEEDS.items():
        for host in plan.with_role(role):
            name = f"{capability} is as declared"
            yield Condition("capabilities", host.name, name, partial(as_declared, host, capability, need))


def as_declared(host: HostPlan, capability: str, need: KernelNeed, shell: Shell) -> Verdict:
    """The kernel has it, or the hardware class says that it has not; one that has more than that is no fault."""
    present, declared = has(need, shell), capability not in host.hardware.absent
    place = f"hardware.{host.hardware.name}.absent"
    if declared:
        return Verdict.of(present, f"can {need.what}" if present else f"cannot {need.what}: {need.hint}")
    told = f"the kernel can {need.what}: {capability} need not stand in {place}" if present else f"as {place} says"
    return Verdict.of(ok=True, message=told)


def has(need: KernelNeed, shell: Shell) -> bool:
    """Whether the running kernel has a file system, or a module of it."""
    registered = {line.split("\t")[-1] for line in shell.run("cat", "/proc/filesystems").stdout.splitlines()}
    if need.filesystem in registered:
        return True
    return shell.run("modprobe", "--dry-run", "--quiet", need.module).rc == 0
