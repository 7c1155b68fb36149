"""Machines: networks, hardware classes, hosts and how they are reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from twinstack.inventory.model.stacks import Service


@dataclass(frozen=True, slots=True)
class OperatingSystem:
    """Distribution and release, as in os-release (`debian` `12`)."""

    distribution: str
    release: str

    @property
    def family(self) -> str:
        """Whose packages and paths it has: debian or redhat."""
        return "debian" if self.distribution in {"debian", "ubuntu"} else "redhat"


@dataclass(frozen=True, slots=True)
class Sriov:
    """Virtual functions per port and the Kubernetes resource that they become."""

    vfs: int
    resource: str


@dataclass(frozen=True, slots=True)
class Network:
    """One network of the site; `kind` is ethernet, infiniband or roce; `mtu` in bytes."""

    name: str
    cidr: IPv4Network
    kind: str
    mtu: int | None
    dns: tuple[str, ...]
    ntp: tuple[str, ...]
    sriov: Sriov | None


@dataclass(frozen=True, slots=True)
class Nic:
    """A port beyond the management one."""

    name: str
    network: str
    rdma: bool


@dataclass(frozen=True, slots=True)
class Gpus:
    """GPUs of a machine; `memory` in bytes each; `numa[i]` is the NUMA node of GPU i (empty: unknown)."""

    vendor: str
    model: str
    count: int
    memory: int | None
    numa: tuple[int, ...]


@dataclass(frozen=True)
class Hardware:
    """A hardware class: what the machine has; sizes in bytes.

    `absent` names capabilities that machines of this class lack (see `defaults.CAPABILITIES`), `target` is the
    microarchitecture that software is built for, by archspec's name.
    """

    name: str
    sockets: int
    cores_per_socket: int
    threads_per_core: int
    numa_per_socket: int
    memory: int
    hugepages: Mapping[int, int]
    gpus: Gpus | None
    nics: tuple[Nic, ...]
    disks: tuple[str, ...]
    absent: frozenset[str]
    target: str | None = None

    @property
    def cores(self) -> int:
        """Physical cores of the machine."""
        return self.sockets * self.cores_per_socket

    @property
    def cpus(self) -> int:
        """Logical CPUs of the machine."""
        return self.cores * self.threads_per_core

    @property
    def hugepage_memory(self) -> int:
        """Bytes that are set aside as huge pages: nothing else can use them."""
        return sum(size * count for size, count in self.hugepages.items())

    @property
    def gpu_count(self) -> int:
        """GPUs of the machine, 0 where it has none."""
        return self.gpus.count if self.gpus else 0


@dataclass(frozen=True, slots=True)
class Host:
    """One machine (ranges are expanded); `line` is where the inventory declares it, `addresses` those of its ports."""

    name: str
    hardware: str
    address: IPv4Address
    rack: str | None
    pool: str | None
    services: frozenset[Service]
    simulated: bool
    maintenance: bool
    line: int
    addresses: Mapping[str, IPv4Address] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that a host has to answer, that a task may take on it, and one that installs."""

    connect: int
    task: int
    install: int


@dataclass(frozen=True, slots=True)
class Access:
    """How hosts are reached by SSH; paths are absolute after loading.

    `accept_new`: the first key that a host without a pinned one shows is trusted, and pinned from then on.
    """

    user: str
    port: int
    ssh_key_file: Path | None
    host_keys: Path | None
    jump: str | None
    accept_new: bool
    timeouts: Timeouts
