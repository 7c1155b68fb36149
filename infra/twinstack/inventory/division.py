"""How a pool divides a machine: cores and GPUs as the inventory says, memory as it says or by the cores.

Planning divides by this, and rules must know a share before there is a plan. Owners are named as in
`planning.model.Owner`.
"""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Hardware, Pool, Slice, Stack

MIB = 1 << 20
SYSTEM, SLURM, KUBERNETES = "system", "slurm", "kubernetes"

Parts = Mapping[str, Slice]


def parts_of(hardware: Hardware, pool: Pool | None, stack: Stack | None) -> Parts:
    """Each owner's part of a machine that `stack` has (None: neither)."""
    if pool is None or stack is None:
        return {SYSTEM: Slice(hardware.cores, hardware.gpu_count, None)}
    if stack is Stack.SPLIT and pool.split:
        split = pool.split
        return {SYSTEM: split.system or Slice(0, 0, None), SLURM: split.slurm, KUBERNETES: split.kubernetes}
    reserved = _reserved_cores(hardware, pool, stack)
    whole = Slice(hardware.cores - reserved, hardware.gpu_count, None)
    return {SYSTEM: Slice(reserved, 0, None), stack.value: whole}


def _reserved_cores(hardware: Hardware, pool: Pool, stack: Stack) -> int:
    """One core where the kubelet hands out exclusive CPUs: its static policy does not start without one reserved."""
    static = stack is Stack.KUBERNETES and pool.tuning.cpu_manager == "static"
    return min(1, hardware.cores - 1) if static else 0


def memory_of(hardware: Hardware, parts: Parts) -> Mapping[str, int]:
    """Bytes of each owner, with the huge pages among them: as given, else the cores' part of what is left."""
    given = {owner: part.memory for owner, part in parts.items() if part.memory is not None}
    cores = _cores(hardware, parts)
    unsaid = [owner for owner in parts if owner not in given]
    left = hardware.memory - sum(given.values())
    if SYSTEM in unsaid:
        unsaid.remove(SYSTEM)
        fair = _fraction(left, cores[SYSTEM], sum(cores[owner] for owner in (SYSTEM, *unsaid)))
        given[SYSTEM] = min(left, max(fair, system_reserve(hardware))) if unsaid else left
        left -= given[SYSTEM]
    whole = sum(cores[owner] for owner in unsaid)
    return {**given, **{owner: _fraction(left, cores[owner], whole) for owner in unsaid}}


def _cores(hardware: Hardware, parts: Parts) -> Mapping[str, int]:
    """The number of each owner's cores; what no stack claims is the system's."""
    claimed = {owner: part.cores for owner, part in parts.items() if owner != SYSTEM}
    return {SYSTEM: max(0, hardware.cores - sum(claimed.values())), **claimed}


def _fraction(memory: int, cores: int, whole: int) -> int:
    """The cores' part of memory, in whole MiB."""
    return memory * cores // whole // MIB * MIB if whole else 0


def system_reserve(hardware: Hardware) -> int:
    """Bytes that stay with the system unless the inventory says otherwise.

    A 32nd of the machine, at least 512 MiB: the kernel's page tables alone take a 64th of what is sold as memory, and
    Slurm drains a node that shows less than configured.
    """
    return max(hardware.memory // 32, 512 * MIB)


def owner_of_hugepages(parts: Parts) -> str:
    """Whose a machine's huge pages are: Kubernetes' where it has a part, for of the two schedulers it knows them."""
    return next(owner for owner in (KUBERNETES, SLURM, SYSTEM) if owner in parts)
