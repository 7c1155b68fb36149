"""Divide a machine: every core, GPU, network function, disk and byte gets its one owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from twinstack.inventory import division
from twinstack.inventory.model import Ceph, Hardware, Host, Network, Pool, Slice, Stack
from twinstack.planning.model import Allocation, Owner, Share

Parts = Mapping[Owner, Slice]


def stack_of(pool: Pool | None, host: str) -> Stack | None:
    """Who may schedule on a host of a pool now: slurm, kubernetes or split; None outside pools."""
    if pool is None:
        return None
    return pool.owners[host] if pool.stack is Stack.FLEXIBLE else pool.stack


def allocate(hardware: Hardware, pool: Pool | None, stack: Stack | None) -> Allocation:
    """The division of a machine: the system has the first cores, then Slurm, then Kubernetes, each contiguous.

    GPUs go to the stack whose cores are on their NUMA node; memory is what the inventory says, or follows the cores.
    All huge pages have one owner and lie within its part of memory.
    """
    named = division.parts_of(hardware, pool, stack)
    parts = {Owner(name): part for name, part in named.items()}
    cores = _cores(hardware, parts)
    gpus = _gpus(hardware, parts, cores)
    memory = division.memory_of(hardware, named)
    shares = {owner: Share(cores[owner], gpus[owner], memory[owner]) for owner in parts}
    holder = Owner(division.owner_of_hugepages(named))
    ordinary = memory[holder] - hardware.hugepage_memory
    shares[holder] = replace(shares[holder], memory=ordinary, hugepages=hardware.hugepages)
    return Allocation(shares[Owner.SYSTEM], shares.get(Owner.SLURM), shares.get(Owner.KUBERNETES))


def _cores(hardware: Hardware, parts: Parts) -> Mapping[Owner, tuple[int, ...]]:
    """Contiguous cores in the owners' order; what no stack claims is the system's, at the front."""
    claimed = sum(part.cores for owner, part in parts.items() if owner is not Owner.SYSTEM)
    start = hardware.cores - claimed
    found = {Owner.SYSTEM: tuple(range(start))}
    for owner, part in parts.items():
        if owner is not Owner.SYSTEM:
            found[owner] = tuple(range(start, start + part.cores))
            start += part.cores
    return found


def _gpus(hardware: Hardware, parts: Parts, cores: Mapping[Owner, tuple[int, ...]]) -> Mapping[Owner, tuple[int, ...]]:
    """Each stack's GPUs, near its cores; what no stack claims is the system's."""
    free = list(range(hardware.gpu_count))
    found: dict[Owner, tuple[int, ...]] = {}
    for owner, part in parts.items():
        if owner is not Owner.SYSTEM:
            found[owner] = _nearest(hardware, free, cores[owner], part.gpus)
            free = [gpu for gpu in free if gpu not in found[owner]]
    return {Owner.SYSTEM: tuple(free), **found}


def _nearest(hardware: Hardware, free: Sequence[int], cores: Sequence[int], count: int) -> tuple[int, ...]:
    """The free GPUs whose NUMA node holds most of the cores; in order where the nodes are not known."""
    nodes = hardware.gpus.numa if hardware.gpus else ()
    near = Counter(numa_node(hardware, core) for core in cores)
    ranked = sorted(free, key=lambda gpu: (-near[nodes[gpu]] if nodes else 0, gpu))
    return tuple(sorted(ranked[:count]))


def numa_node(hardware: Hardware, core: int) -> int:
    """The NUMA node of a core; cores are numbered node by node."""
    return core * hardware.sockets * hardware.numa_per_socket // hardware.cores


def nic_owners(hardware: Hardware, networks: Mapping[str, Network], allocation: Allocation) -> Mapping[str, Owner]:
    """The owner of each NIC function: the stack that has the host.

    On a split machine, ports with virtual functions are Slurm's and their functions (`ib0v0` ...) Kubernetes'; ports
    without are dealt out by the stacks' cores.
    """
    names = [nic.name for nic in hardware.nics]
    if allocation.slurm is None or allocation.kubernetes is None:
        return dict.fromkeys(names, _sole_owner(allocation))
    functions = {nic.name: _functions(networks[nic.network]) for nic in hardware.nics}
    plain = [name for name in names if not functions[name]]
    owners = {name: Owner.SLURM for name in names if functions[name]}
    owners |= {f"{name}v{index}": Owner.KUBERNETES for name in owners for index in range(functions[name])}
    slurm = _dealt(len(plain), allocation.slurm, allocation.kubernetes)
    return {**owners, **{name: Owner.SLURM if i < slurm else Owner.KUBERNETES for i, name in enumerate(plain)}}


def _sole_owner(allocation: Allocation) -> Owner:
    if allocation.slurm is not None:
        return Owner.SLURM
    return Owner.SYSTEM if allocation.kubernetes is None else Owner.KUBERNETES


def _functions(network: Network) -> int:
    return network.sriov.vfs if network.sriov else 0


def _dealt(ports: int, slurm: Share, kubernetes: Share) -> int:
    """Slurm's part of the ports, by cores, rounded half up."""
    both = len(slurm.cores) + len(kubernetes.cores)
    return (2 * ports * len(slurm.cores) + both) // (2 * both) if both else 0


def disk_owners(hardware: Hardware, host: Host, ceph: Ceph | None) -> Mapping[str, Owner]:
    """The owner of each disk: Ceph's where the inventory lists both host and device, else the system's."""
    devices = ceph.devices if ceph and host.name in ceph.hosts else ()
    return {disk: Owner.CEPH if disk in devices else Owner.SYSTEM for disk in hardware.disks}
