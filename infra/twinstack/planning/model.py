"""The Plan: what every host will be, and the one owner of each of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from twinstack.inventory.model import Hardware, Host, Pool, Service, Site


class Owner(StrEnum):
    """Who owns a part of a machine."""

    SYSTEM = "system"
    SLURM = "slurm"
    KUBERNETES = "kubernetes"
    CEPH = "ceph"


@dataclass(frozen=True, slots=True)
class Share:
    """One owner's part of a machine: core and GPU indices (ascending), memory in bytes, huge pages by size in bytes.

    Huge pages are beside `memory`, which is what remains for everything else; the inventory gives both together.

    Cores are numbered as Slurm's abstract CPU ids and the kernel's core order agree on machines whose
    threads are enumerated core-first: core c has the logical CPUs c, c + cores, c + 2*cores ...
    """

    cores: tuple[int, ...]
    gpus: tuple[int, ...]
    memory: int
    hugepages: Mapping[int, int] = field(default_factory=dict, hash=False)

    @property
    def whole_memory(self) -> int:
        """Bytes of memory and huge pages together."""
        return self.memory + sum(size * count for size, count in self.hugepages.items())


@dataclass(frozen=True, slots=True)
class Allocation:
    """The division of one (hardware, pool, owner) combination; shared by all hosts of that combination."""

    system: Share
    slurm: Share | None
    kubernetes: Share | None


@dataclass(frozen=True, slots=True)
class HostPlan:
    """One host's future: `roles` in the order in which they are applied (see `planning.roles.ORDER`)."""

    host: Host
    hardware: Hardware
    pool: Pool | None
    allocation: Allocation
    roles: tuple[str, ...]
    nics: Mapping[str, Owner]
    disks: Mapping[str, Owner]
    pod_cidr: str | None

    @property
    def name(self) -> str:
        """The host's name."""
        return self.host.name

    @property
    def in_slurm(self) -> bool:
        """Whether Slurm may run jobs here."""
        return self.allocation.slurm is not None

    @property
    def in_kubernetes(self) -> bool:
        """Whether Kubernetes may run workloads here."""
        return self.allocation.kubernetes is not None

    @property
    def stack(self) -> str:
        """slurm, kubernetes, split, or services (schedulable by neither)."""
        match (self.in_slurm, self.in_kubernetes):
            case (True, True):
                return "split"
            case (True, False):
                return "slurm"
            case (False, True):
                return "kubernetes"
        return "services"

    def runs(self, service: Service) -> bool:
        """Whether the inventory places the service here."""
        return service in self.host.services


@dataclass(frozen=True, slots=True)
class ComponentPlan:
    """Whether a platform component is on, and why; settings as in the inventory."""

    name: str
    on: bool
    why: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Quota:
    """A project's part of what Kubernetes pools own: resource name to whole units (cpu cores, bytes, GPUs)."""

    project: str
    resources: Mapping[str, int]


@dataclass(frozen=True)
class Plan:
    """The whole site decided; hosts in the inventory's order."""

    site: Site
    hosts: Mapping[str, HostPlan]
    components: Mapping[str, ComponentPlan]
    quotas: Mapping[str, Quota]

    def with_role(self, role: str) -> tuple[HostPlan, ...]:
        """Hosts that have a role, in the inventory's order."""
        return tuple(plan for plan in self.hosts.values() if role in plan.roles)
