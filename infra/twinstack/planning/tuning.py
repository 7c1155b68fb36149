"""How the kernel of a machine is set for what runs on it: from its hardware, its pool and the stacks that have it.

Sources of the usual values:
- governor: the kernel's admin-guide/pm/cpufreq: `performance` asks for the highest frequency within the limits.
- NUMA balancing: the kernel's admin-guide/sysctl/kernel: "if the target workload is already bound to NUMA nodes then
  this feature should be disabled"; Slurm binds tasks, the kubelet's static CPU manager binds pods.
- transparent huge pages: the kernel's admin-guide/mm/transhuge: `always` for everything, `madvise` only where a program
  asks, which spares pods' limits the memory that they did not ask for.
- huge pages: the kernel's admin-guide/mm/hugetlbpage: nr_hugepages of each NUMA node; set aside as early as possible.
- interrupts: irqbalance(1), IRQBALANCE_BANNED_CPULIST: CPUs that it keeps interrupts away from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from twinstack.inventory.model import Hardware, KernelTuning, Pool
from twinstack.planning.allocation import numa_node
from twinstack.planning.model import Allocation, HostPlan, Share

USUAL: Mapping[str, KernelTuning] = {
    "slurm": KernelTuning(governor="performance", transparent_hugepages="always"),
    "kubernetes": KernelTuning(governor="performance", transparent_hugepages="madvise"),
    "split": KernelTuning(governor="performance", transparent_hugepages="madvise", interrupts="system"),
}
"""What is set for the stack that has a host, unless its pool says otherwise; NUMA balancing depends on the machine."""


ROOM = (15, 16)
"""The part of a NUMA node's memory that surely remains when firmware and kernel have taken theirs."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Huge pages of one size (bytes) on one NUMA node."""

    node: int
    size: int
    count: int


@dataclass(frozen=True)
class HostTuning:
    """What is set on a host; None and empty leave the kernel as it is.

    `quiet_cpus` are logical CPUs that device interrupts are kept away from, `system_cpus` those that logins stay on.
    """

    governor: str | None = None
    numa_balancing: bool | None = None
    transparent_hugepages: str | None = None
    hugepages: tuple[Pages, ...] = ()
    quiet_cpus: tuple[int, ...] = ()
    system_cpus: tuple[int, ...] = ()
    sysctl: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_kernel(self) -> bool:
        """Whether something is set for the whole kernel, not for the host's network alone."""
        return bool(self.governor or self.numa_balancing is not None or self.transparent_hugepages or self.hugepages)


def is_tuned(hardware: Hardware, pool: Pool | None, allocation: Allocation) -> bool:
    """Whether anything is set on such a host at all."""
    said = pool.kernel.sysctl if pool else {}
    if _shares_kernel(hardware):
        return any(key.startswith("net.") for key in said)
    return bool(said or hardware.hugepages or allocation.slurm or allocation.kubernetes)


def _shares_kernel(hardware: Hardware) -> bool:
    return "own-memory" in hardware.absent


def host_tuning(host: HostPlan) -> HostTuning:
    """What the inventory comes to for a host, whether or not the host can do it."""
    return tuning_of(host.hardware, host.pool, host.allocation, host.stack)


def applied_tuning(host: HostPlan) -> HostTuning:
    """What is set on a host: all of it, or where the kernel is another machine's only what is the host's own."""
    wanted = host_tuning(host)
    if not _shares_kernel(host.hardware):
        return wanted
    return HostTuning(sysctl={key: value for key, value in wanted.sysctl.items() if key.startswith("net.")})


def tuning_of(hardware: Hardware, pool: Pool | None, allocation: Allocation, stack: str) -> HostTuning:
    """The pool's own values, else the stack's usual ones; hosts outside of pools have their huge pages only."""
    said, usual = pool.kernel if pool else KernelTuning(), USUAL.get(stack, KernelTuning())
    apart = (said.interrupts or usual.interrupts) == "system" and bool(allocation.system.cores)
    return HostTuning(
        governor=said.governor or usual.governor,
        numa_balancing=_balancing(hardware, pool, stack) if said.numa_balancing is None else said.numa_balancing,
        transparent_hugepages=said.transparent_hugepages or usual.transparent_hugepages,
        hugepages=tuple(hugepages(hardware, allocation)),
        quiet_cpus=tuple(_cpus(hardware, allocation.slurm, allocation.kubernetes)) if apart else (),
        system_cpus=tuple(_cpus(hardware, allocation.system)) if apart else (),
        sysctl=said.sysctl,
    )


def _balancing(hardware: Hardware, pool: Pool | None, stack: str) -> bool | None:
    """Off where work is bound to NUMA nodes anyway; not ours where there is one node, or work floats."""
    if hardware.sockets * hardware.numa_per_socket == 1:
        return None
    bound = stack in {"slurm", "split"} or (pool is not None and pool.tuning.cpu_manager == "static")
    return False if bound else None


def hugepages(hardware: Hardware, allocation: Allocation) -> Iterator[Pages]:
    """The machine's huge pages by NUMA node: in equal parts, on split hosts where Kubernetes' cores are.

    There they are near the pods that use them, and leave the other nodes' memory to Slurm. Pages that those nodes
    have no room for lie on all nodes alike.
    """
    nodes = hardware.sockets * hardware.numa_per_socket
    near = list(_dealt(hardware, _cores_by_node(hardware, allocation, nodes)))
    fits = all(taken(near, node) <= hardware.memory // nodes * ROOM[0] // ROOM[1] for node in range(nodes))
    yield from near if fits else _dealt(hardware, [1] * nodes)


def taken(pages: Iterable[Pages], node: int) -> int:
    """Bytes of a NUMA node that are huge pages."""
    return sum(page.size * page.count for page in pages if page.node == node)


def _cores_by_node(hardware: Hardware, allocation: Allocation, nodes: int) -> Sequence[int]:
    """Kubernetes' cores of each NUMA node of a split host; all nodes alike where one stack has the machine."""
    if not (allocation.slurm and allocation.kubernetes):
        return [1] * nodes
    found = Counter(numa_node(hardware, core) for core in allocation.kubernetes.cores)
    return [found[node] for node in range(nodes)]


def _dealt(hardware: Hardware, weights: Sequence[int]) -> Iterator[Pages]:
    """Pages of each size and node by the nodes' weights; what is left over goes to the largest remainders."""
    whole = sum(weights)
    for size, count in sorted(hardware.hugepages.items()):
        parts = [count * weight // whole for weight in weights]
        rests = sorted(range(len(weights)), key=lambda node: -(count * weights[node] % whole))
        for node in rests[: count - sum(parts)]:
            parts[node] += 1
        yield from (Pages(node, size, part) for node, part in enumerate(parts))


def _cpus(hardware: Hardware, *shares: Share | None) -> list[int]:
    """The logical CPUs of shares: core c has the CPUs c, c + cores, c + 2*cores ... (see `Share`)."""
    cores = [core for share in shares if share for core in share.cores]
    return sorted(core + thread * hardware.cores for core in cores for thread in range(hardware.threads_per_core))
