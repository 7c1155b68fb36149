"""What Slurm is told of its machines: the one place that turns a host's share into a node's definition.

Source: slurm.conf(5) and gres.conf(5) of 22.05.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from twinstack.inventory.model import Gpus, Hardware, Service, Site, Slurm
from twinstack.inventory.slurm_releases import Trait, has
from twinstack.planning.model import HostPlan, Plan, Share
from twinstack.rendering.hostlists import fold_pairs, ranges

MIB = 1 << 20

# Where a vendor's driver puts the device of GPU 0; the others count up from it.
_FIRST_DEVICE: Mapping[str, tuple[str, int]] = {
    "nvidia": ("/dev/nvidia", 0),
    "amd": ("/dev/dri/renderD", 128),
    "intel": ("/dev/dri/renderD", 128),
}


@dataclass(frozen=True, slots=True)
class Gres:
    """GPUs of Slurm's on a node that are near the same cores (`cores` empty: near any)."""

    type: str
    devices: str
    cores: str


@dataclass(frozen=True, slots=True)
class NodeShape:
    """A node as slurm.conf defines it: `memory` in MiB, `reserved_cpus` the abstract CPU ids that are not Slurm's."""

    sockets: int
    cores_per_socket: int
    threads_per_core: int
    memory: int
    reserved_cpus: str
    job_cpus: int
    gpu_type: str
    gpu_count: int

    @property
    def definition(self) -> str:
        """The parameters of the NodeName line, without names and addresses."""
        words = [
            f"Sockets={self.sockets} CoresPerSocket={self.cores_per_socket} ThreadsPerCore={self.threads_per_core}",
            f"RealMemory={self.memory}",
        ]
        if self.reserved_cpus:
            words.append(f"CpuSpecList={self.reserved_cpus}")
        if self.gpu_count:
            words.append(f"Gres=gpu:{self.gpu_type}:{self.gpu_count}")
        return " ".join(words)

    @property
    def memory_per_cpu(self) -> int:
        """A CPU's part of the node's memory, MiB."""
        return max(1, self.memory // self.job_cpus)


@dataclass(frozen=True, slots=True)
class Group:
    """Hosts that follow one another and are defined alike; `names` and `addresses` are hostlists of equal length."""

    names: str
    addresses: str
    host: HostPlan
    shape: NodeShape


def slurm_of(site: Site) -> Slurm:
    """The site's Slurm section, for what exists only where there is one."""
    if site.slurm is None:
        raise ValueError("the site has no slurm section")
    return site.slurm


def members(plan: Plan) -> tuple[HostPlan, ...]:
    """Hosts on which Slurm runs jobs, in the inventory's order."""
    return tuple(host for host in plan.hosts.values() if host.in_slurm and not host.host.simulated)


def login_nodes(plan: Plan) -> tuple[HostPlan, ...]:
    """Login hosts that keep Slurm's files current by a slurmd that belongs to no partition.

    On a controller the files are at hand, on a compute node its own slurmd keeps them (configless_slurm of 22.05).
    Where there is sackd, it does so without being a node.
    """
    if plan.site.slurm and has(plan.site.slurm.version, Trait.SACKD):
        return ()
    return tuple(host for host in plan.with_role("slurm-login") if not host.in_slurm and not _controls(host))


def _controls(host: HostPlan) -> bool:
    return host.runs(Service.SLURM_CONTROLLER)


def sees_numa(hardware: Hardware) -> bool:
    """Whether the machine shows several NUMA nodes in a socket."""
    return hardware.numa_per_socket > 1 and "numa" not in hardware.absent


def numa_as_sockets(plan: Plan) -> bool:
    """Whether NUMA nodes stand for sockets everywhere (SlurmdParameters=numa_node_as_socket).

    Slurm places GPUs beside cores by socket only, so that finer locality needs the NUMA nodes in that place.
    """
    able = plan.site.slurm is not None and has(plan.site.slurm.version, Trait.NUMA_AS_SOCKET)
    return able and any(sees_numa(host.hardware) for host in members(plan))


def shape(hardware: Hardware, share: Share, *, by_numa: bool) -> NodeShape:
    """The node's definition; `by_numa` as `numa_as_sockets` says."""
    parts = hardware.numa_per_socket if by_numa and sees_numa(hardware) else 1
    threads = hardware.threads_per_core
    reserved = set(range(hardware.cores)).difference(share.cores)
    return NodeShape(
        sockets=hardware.sockets * parts,
        cores_per_socket=hardware.cores_per_socket // parts,
        threads_per_core=threads,
        memory=share.memory // MIB,
        # Slurm numbers CPUs core by core, whatever the kernel does (xcpuinfo_abs_to_mac).
        reserved_cpus=ranges(core * threads + thread for core in reserved for thread in range(threads)),
        job_cpus=max(1, len(share.cores) * threads),
        gpu_type=hardware.gpus.model if hardware.gpus else "",
        gpu_count=len(share.gpus),
    )


def shapes(plan: Plan) -> Mapping[tuple[str, str], NodeShape]:
    """The definition of each (hardware, pool) in which Slurm runs jobs."""
    by_numa = numa_as_sockets(plan)
    found: dict[tuple[str, str], NodeShape] = {}
    for host in members(plan):
        if host.allocation.slurm and kind(host) not in found:
            found[kind(host)] = shape(host.hardware, host.allocation.slurm, by_numa=by_numa)
    return found


def has_gpus(plan: Plan) -> bool:
    """Whether Slurm owns a GPU anywhere."""
    return any(shape.gpu_count for shape in shapes(plan).values())


def kind(host: HostPlan) -> tuple[str, str]:
    """What makes nodes alike: their hardware class and their pool."""
    return host.hardware.name, host.pool.name if host.pool else ""


def groups(plan: Plan) -> Iterator[Group]:
    """Nodes folded: one group for every run of alike hosts whose names and addresses count up together."""
    known = shapes(plan)
    for key, run in groupby(members(plan), key=kind):
        hosts = list(run)
        for names, addresses in fold_pairs((host.name, str(host.host.address)) for host in hosts):
            yield Group(names, addresses, hosts[0], known[key])


def gres(hardware: Hardware, share: Share) -> Iterator[Gres]:
    """Slurm's GPUs of a node, those with the same cores together."""
    if hardware.gpus is None:
        return
    near = {gpu: _cores_near(hardware, hardware.gpus, gpu, share) for gpu in share.gpus}
    for cores, gpus in groupby(share.gpus, key=lambda gpu: near[gpu]):
        yield Gres(hardware.gpus.model, _devices(hardware.gpus.vendor, tuple(gpus)), cores)


def _devices(vendor: str, gpus: tuple[int, ...]) -> str:
    path, first = _FIRST_DEVICE[vendor]
    numbers = ranges(first + gpu for gpu in gpus)
    return f"{path}{numbers}" if len(gpus) == 1 else f"{path}[{numbers}]"


def _cores_near(hardware: Hardware, gpus: Gpus, gpu: int, share: Share) -> str:
    """The cores of the GPU's NUMA node, whole, as Slurm wants them; empty where Slurm has no core there."""
    if gpu >= len(gpus.numa):
        return ""
    width = hardware.cores // (hardware.sockets * hardware.numa_per_socket)
    near = range(gpus.numa[gpu] * width, (gpus.numa[gpu] + 1) * width)
    return ranges(near) if not set(near).isdisjoint(share.cores) else ""
