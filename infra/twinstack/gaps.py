"""What a site's inventory asks for and does not get here, and why: shown by `status` and at the end of `sandbox up`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ClusterShell.NodeSet import NodeSet

from twinstack.components import COMPONENTS
from twinstack.inventory.model import LustreMount, Service
from twinstack.planning.fabric import ports_of
from twinstack.planning.file_systems import lustre_of
from twinstack.planning.gpus import ASKABLE
from twinstack.planning.model import HostPlan, Plan
from twinstack.planning.roles import works
from twinstack.planning.tuning import applied_tuning, host_tuning
from twinstack.rendering import slurm_state
from twinstack.rendering.kernel_settings import shares_kernel

WITHOUT = {
    "kernel-nfs-client": "the kernel has no NFS client: file systems are not mounted, NFS is checked at the protocol",
    "kernel-nfs-server": "the kernel has no NFS server: nfs-ganesha serves the exports",
    "cgroup2": "control groups are version 1: the kubelet is told to accept them",
    "clock": "the clock is another machine's: chrony measures it against the site's servers and does not set it",
    "oom-score-adjust": "processes may not lower their OOM score: protection of system daemons is off",
    "apparmor": "no AppArmor: containers run without its profiles",
    "own-memory": "hosts see the memory of the whole machine: limits come from control groups only",
    "numa": "no NUMA information: topology is flat",
}


SERVICES = {
    Service.MONITORING: "this version runs exporters and writes their list there, but does not run Prometheus",
    Service.LOGGING: "this version sends the hosts' logs there, but does not run Loki",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is simulated or left out; `where` names hosts or the section of the inventory."""

    what: str
    where: str
    why: str


def gaps(plan: Plan) -> tuple[Gap, ...]:
    """Every gap between the inventory and what runs."""
    return (
        *simulated(plan),
        *maintenance(plan),
        *absent(plan),
        *untuned(plan),
        *services(plan),
        *backups(plan),
        *gpus(plan),
        *file_systems(plan),
        *components(plan),
    )


def named(hosts: list[HostPlan]) -> str:
    """Hosts as a folded list."""
    return str(NodeSet.fromlist([host.name for host in hosts]))


def simulated(plan: Plan) -> Iterator[Gap]:
    """Nodes with no machine behind them."""
    hosts = [host for host in plan.hosts.values() if host.host.simulated]
    if hosts:
        yield Gap("simulated nodes", named(hosts), "KWOK answers for them: pods are placed there, nothing runs")


def maintenance(plan: Plan) -> Iterator[Gap]:
    """Hosts that nothing is applied to."""
    hosts = [host for host in plan.hosts.values() if host.host.maintenance]
    if hosts:
        yield Gap("in maintenance", named(hosts), "drained in both schedulers, nothing is applied")


def absent(plan: Plan) -> Iterator[Gap]:
    """Capabilities that the hosts' kind of machine lacks."""
    for capability in sorted({name for hardware in plan.site.hardware.values() for name in hardware.absent}):
        hosts = [host for host in plan.hosts.values() if capability in host.hardware.absent]
        if hosts:
            yield Gap(f"no {capability}", named(hosts), WITHOUT.get(capability, "declared absent in the inventory"))


def untuned(plan: Plan) -> Iterator[Gap]:
    """Settings of a kernel that is another machine's, and adapters that such hosts cannot have."""
    shared = [host for host in plan.hosts.values() if not host.host.simulated and shares_kernel(host.hardware)]
    if hosts := [host for host in shared if host_tuning(host).of_kernel and not applied_tuning(host).of_kernel]:
        why = "the kernel is another machine's: governor, NUMA balancing and huge pages stay as that machine has them"
        yield Gap("kernel tuning", named(hosts), why)
    if hosts := [host for host in shared if any(port.rdma or port.infiniband for port in ports_of(plan.site, host))]:
        yield Gap(
            "RDMA", named(hosts), "ports are the kernel's own Ethernet: addresses and packet sizes are set, no more"
        )


def services(plan: Plan) -> Iterator[Gap]:
    """Services that hosts are named for and that this version does not run yet."""
    for service, why in SERVICES.items():
        hosts = [host for host in plan.hosts.values() if host.runs(service)]
        if hosts:
            yield Gap(f"service {service}", named(hosts), why)


def backups(plan: Plan) -> Iterator[Gap]:
    """Backup controllers that cannot take over, and therefore do not run."""
    placed, able = plan.site.by_service[Service.SLURM_CONTROLLER], slurm_state.controllers(plan.site)
    idle = [host.name for host in placed if host not in able]
    if plan.site.slurm and idle:
        why = f"the shared state is on a file system that they cannot mount: only {able[0].name} runs slurmctld"
        yield Gap("backup slurm-controllers", str(NodeSet.fromlist(idle)), why)


def gpus(plan: Plan) -> Iterator[Gap]:
    """GPUs whose driver this version cannot ask."""
    for vendor in sorted({hardware.gpus.vendor for hardware in plan.site.hardware.values() if hardware.gpus} - ASKABLE):
        hosts = [host for host in plan.hosts.values() if host.hardware.gpus and host.hardware.gpus.vendor == vendor]
        if unasked := [host for host in hosts if not host.host.simulated and (host.in_slurm or host.in_kubernetes)]:
            yield Gap(f"check of {vendor} GPUs", named(unasked), "this version does not ask their driver for them")


def file_systems(plan: Plan) -> Iterator[Gap]:
    """Storage that the inventory knows and this version does not set up yet."""
    storage = plan.site.storage
    for lustre in storage.lustre:
        yield from _lustre(plan, lustre)
    for gpfs in storage.gpfs:
        why = "of an installed client: run with a stand-in for it, never with GPFS itself"
        yield Gap(f"GPFS file system {gpfs.name}", gpfs.mount, why)
    if storage.ceph:
        yield Gap("Ceph", "storage.ceph", "this version does not deploy Rook-Ceph")


def _lustre(plan: Plan, lustre: LustreMount) -> Iterator[Gap]:
    why = "run with stand-ins for the client and its kernel module, never with Lustre itself"
    yield Gap(f"Lustre file system {lustre.name}", lustre.mount, why)
    cut_off = [
        host
        for host in plan.hosts.values()
        if works(host.host, host.allocation)
        and not host.host.simulated
        and lustre not in lustre_of(plan.site, host.host, host.hardware)
    ]
    if cut_off:
        yield Gap(f"no {lustre.name} (Lustre)", named(cut_off), f"they have no port on the network of {lustre.mgs}")


def components(plan: Plan) -> Iterator[Gap]:
    """Platform components that are on and that this version does not deploy."""
    here = {component.name for component in COMPONENTS}
    missing = [name for name, component in plan.components.items() if component.on and name not in here]
    if missing:
        yield Gap("components", ", ".join(missing), "on by the inventory, this version does not deploy them")
    if plan.site.kubernetes and plan.site.kubernetes.networking.cni != "bridge":
        cni = plan.site.kubernetes.networking.cni
        yield Gap(f"cni {cni}", "kubernetes.networking", f"this version does not deploy {cni}: nodes stay NotReady")
