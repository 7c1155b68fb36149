"""Small plans for tests, put together by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from tests.unit import sites
from twinstack.inventory import defaults
from twinstack.inventory.model import (
    Access,
    Artifacts,
    Gpus,
    Hardware,
    Host,
    Kubernetes,
    Networking,
    Observability,
    OperatingSystem,
    PolicyChoice,
    Pool,
    Project,
    Qos,
    Service,
    Site,
    Software,
    Stack,
    Storage,
    Taint,
    Tuning,
)
from twinstack.planning.model import Allocation, ComponentPlan, HostPlan, Plan, Quota, Share

GIB = 2**30
GPU = "nvidia.com/gpu"


def hardware(name: str = "box", cores: int = 4, threads: int = 1, gpus: int = 0) -> Hardware:
    return Hardware(
        name=name,
        sockets=1,
        cores_per_socket=cores,
        threads_per_core=threads,
        numa_per_socket=1,
        memory=64 * GIB,
        hugepages={},
        gpus=Gpus("nvidia", "h100", gpus, None, ()) if gpus else None,
        nics=(),
        disks=(),
        absent=frozenset(),
    )


def pool(name: str, stack: Stack = Stack.KUBERNETES, *taints: Taint, **labels: str) -> Pool:
    return Pool(name, stack, (), None, {}, "1", 3600, labels, taints, Tuning("none", "none", "None"))


def project(name: str, share: int = 1, *, borrow: bool = False, **more: tuple[str, ...]) -> Project:
    members = {"admins": ("ana",), "users": ("bo",), "qos": ("normal",)} | more
    return Project(name=name, share=share, quota=None, borrow=borrow, **members)


def switched_on(*names: str) -> dict[str, ComponentPlan]:
    return {name: ComponentPlan(name, on=True, why="asked for", settings={}) for name in names}


def machine(
    name: str, pool: str | None, services: frozenset[Service] = frozenset(), *, simulated: bool = False
) -> Host:
    address = IPv4Address("10.0.0.1")
    return Host(name, "box", address, None, pool, services, simulated=simulated, maintenance=False, line=1)


@dataclass
class Planned:
    """A plan in the making; `build` makes it."""

    hosts: list[HostPlan] = field(default_factory=list)
    projects: dict[str, Project] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    services: frozenset[Service] = frozenset({Service.SLURM_ACCOUNTING})
    components: dict[str, ComponentPlan] = field(
        default_factory=lambda: {
            name: ComponentPlan(name, on=True, why="asked for", settings={}) for name in ("kueue", "kwok")
        }
    )
    qos: tuple[Qos, ...] = (Qos("normal", 100, (), None),)
    policy: dict[str, PolicyChoice] = field(default_factory=dict)
    slurm: bool = True
    kubernetes: bool = True

    def host(
        self,
        name: str,
        of: Pool,
        cpus: int = 4,
        memory: int = 8 * GIB,
        gpus: int = 0,
        *,
        threads: int = 1,
        simulated: bool = False,
        slurm_cores: int = 0,
    ) -> Planned:
        """Add a host that gives so many cores, bytes and GPUs to Kubernetes."""
        kind = hardware(cores=cpus + slurm_cores, threads=threads, gpus=gpus)
        host = machine(name, of.name, simulated=simulated)
        cores = tuple(range(slurm_cores, slurm_cores + cpus))
        theirs = Share(tuple(range(slurm_cores)), (), 4 * GIB) if slurm_cores else None
        ours = Share(cores, tuple(range(gpus)), memory) if cpus else None
        allocation = Allocation(Share((), (), 0), theirs, ours)
        self.hosts.append(HostPlan(host, kind, of, allocation, (), {}, {}, None))
        return self

    def tenant(self, name: str, share: int = 1, *, borrow: bool = False, **quota: int) -> Planned:
        """Add a project with its quota; `gpu` stands for NVIDIA's resource."""
        self.projects[name] = project(name, share, borrow=borrow)
        self.quotas[name] = Quota(name, {GPU if key == "gpu" else key: value for key, value in quota.items()})
        return self

    def build(self) -> Plan:
        control = machine("ctl", None, self.services)
        nobody = Allocation(Share((), (), 0), None, None)
        roles = ("kubernetes-control-plane",)
        planned = [HostPlan(control, hardware(), None, nobody, roles, {}, {}, None), *self.hosts]
        return Plan(self._site(control), {host.name: host for host in planned}, self.components, self.quotas)

    def _site(self, control: Host) -> Site:
        networking = Networking("bridge", IPv4Network("10.244.0.0/16"), IPv4Network("10.96.0.0/16"), kube_proxy=True)
        slurm = sites.slurm(cluster="tiny", partitions={}, qos={qos.name: qos for qos in self.qos})
        return Site(
            path=Path("/sites/tiny/site.yaml"),
            name="tiny",
            domain="tiny.example.org",
            timezone="UTC",
            os=OperatingSystem("debian", "12"),
            networks={},
            hardware={},
            hosts={host.name: host for host in (control, *(plan.host for plan in self.hosts))},
            access=Access("root", 22, None, None, None, accept_new=False, timeouts=defaults.TIMEOUTS),
            pools={},
            slurm=slurm if self.slurm else None,
            kubernetes=Kubernetes("1.35.4", "10.0.0.2:6443", networking, (), {}) if self.kubernetes else None,
            storage=Storage((), (), (), None, None, None, ()),
            projects=self.projects,
            users={},
            software=Software(lmod=False, spack=None),
            observability=Observability(0, None, None),
            artifacts=Artifacts("upstream", "upstream"),
            policy=self.policy,
        )


def sandbox() -> Plan:
    """The sandbox's tenancy in small: two real pools, simulated GPUs, a borrower and one that may not."""
    services = pool("services", tier="services")
    shared = pool("shared", Stack.SPLIT)
    ai = pool("ai", Stack.KUBERNETES, Taint(GPU, "", "NoSchedule"), tier="training")
    made = Planned().host("kube1", services, 2, GIB).host("kube2", services, 2, GIB)
    made.host("both1", shared, 1, GIB // 2, slurm_cores=1)
    for number in range(1, 5):
        made.host(f"gpu{number}", ai, 64, 512 * GIB, 8, simulated=True)
    made.tenant("climate", 60, borrow=True, cpu=3, memory=2 * GIB, gpu=16)
    return made.tenant("genomics", 40, cpu=2, memory=GIB, gpu=8).build()
