"""Pools: machines that are used alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from twinstack.inventory.model.stacks import Stack


@dataclass(frozen=True, slots=True)
class Taint:
    """A Kubernetes taint."""

    key: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True)
class Tuning:
    """Kubelet settings of a pool (kubelet configuration's own words).

    None leaves a setting at the kubelet's default; `eviction_memory` is in bytes, `shutdown_grace` in seconds.
    """

    cpu_manager: str
    topology_manager: str
    memory_manager: str
    topology_scope: str = "container"
    max_pods: int | None = None
    eviction_memory: int | None = None
    shutdown_grace: int | None = None


@dataclass(frozen=True)
class KernelTuning:
    """How the kernels of a pool's hosts are set; None is what follows from hardware and stack.

    `interrupts` is `system` (device interrupts stay on the cores that are neither stack's) or `all`.
    """

    governor: str | None = None
    numa_balancing: bool | None = None
    transparent_hugepages: str | None = None
    interrupts: str | None = None
    sysctl: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slice:
    """One stack's part of a split machine; `memory` in bytes, None where it follows the cores' share."""

    cores: int
    gpus: int
    memory: int | None


@dataclass(frozen=True, slots=True)
class Split:
    """How a split pool's machines are divided; `system` is None where it is what the others leave."""

    system: Slice | None
    slurm: Slice
    kubernetes: Slice


@dataclass(frozen=True, slots=True)
class Pool:
    """Machines that are used alike.

    `owners` maps each host of a flexible pool to the stack that has it (empty for other stacks);
    `max_unavailable` is a number of hosts (`"2"`) or a percentage of the pool (`"5%"`).
    `drain_timeout` is how long the jobs and pods of a host are waited for before it is disturbed, in seconds.
    """

    name: str
    stack: Stack
    hosts: tuple[str, ...]
    split: Split | None
    owners: Mapping[str, Stack]
    max_unavailable: str
    drain_timeout: int
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    tuning: Tuning
    kernel: KernelTuning = KernelTuning()
