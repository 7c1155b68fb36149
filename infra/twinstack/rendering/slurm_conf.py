"""slurm.conf, which only controllers hold: all others fetch it from them (configless).

Source of every parameter: slurm.conf(5); what differs between releases is in `slurm_releases`.
"""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Scheduling, Service, Site, Slurm
from twinstack.inventory.slurm_releases import Trait, has
from twinstack.planning.model import Plan
from twinstack.rendering import slurm_hooks, slurm_partitions, slurm_power, slurm_rest, topology_conf
from twinstack.rendering import slurm_paths as paths
from twinstack.rendering.drain_reasons import MAINTENANCE
from twinstack.rendering.hostlists import fold, fold_pairs
from twinstack.rendering.slurm_nodes import groups, has_gpus, login_nodes, members, numa_as_sockets, shapes, slurm_of
from twinstack.rendering.slurm_settings import Setting, settled
from twinstack.rendering.slurm_state import controllers, shared

CONTROLLER_PORT = 6817

# Relative weights of a job's priority; a QOS outweighs any share, a share outweighs age.
_WEIGHT_QOS, _WEIGHT_FAIRSHARE, _WEIGHT_AGE = 1_000_000, 100_000, 10_000

Section = Iterator[Setting]


def text(plan: Plan) -> str:
    """The whole file."""
    slurm = slurm_of(plan.site)
    sections = (
        _controllers(plan.site, slurm),
        _daemons(slurm),
        slurm_hooks.settings(slurm),
        slurm_power.settings(plan, slurm),
        _jobs(plan, slurm),
        _scheduling(plan, slurm),
        _accounting(plan, slurm),
    )
    settings = settled([list(section) for section in sections], slurm.parameters.get("slurm.conf", {}))
    blocks = ["".join(f"{key}={value}\n" for key, value in section) for section in settings if section]
    lines = (*_nodes(plan), *_maintenance(plan), *slurm_partitions.lines(plan, slurm))
    header = f"# Site {plan.site.name}, from its inventory; changes made here are replaced.\n"
    return header + "\n".join([*blocks, "".join(f"{line}\n" for line in lines)])


def _controllers(site: Site, slurm: Slurm) -> Section:
    yield "ClusterName", slurm.cluster
    for host in controllers(site):
        yield "SlurmctldHost", f"{host.name}({host.address})"
    yield "SlurmctldParameters", "enable_configless"
    yield "SlurmctldPort", CONTROLLER_PORT
    yield "StateSaveLocation", shared(site) or paths.STATE
    yield "AuthType", "auth/munge"
    yield from slurm_rest.settings(slurm)
    yield "SlurmUser", paths.USER


def _daemons(slurm: Slurm) -> Section:
    yield "SlurmdSpoolDir", paths.SPOOL
    yield "SlurmctldPidFile", "/run/slurmctld.pid"
    yield "SlurmdPidFile", "/run/slurmd.pid"
    yield "SlurmctldLogFile", f"{paths.LOGS}/slurmctld.log"
    yield "SlurmdLogFile", f"{paths.LOGS}/slurmd.log"
    yield "SlurmctldTimeout", 120
    yield "SlurmdTimeout", 300
    # A node that comes back with what it should have takes jobs again, whatever took it down.
    yield "ReturnToService", 2
    yield "RebootProgram", f'"{slurm.reboot}"' if " " in slurm.reboot else slurm.reboot
    if slurm.health_check_interval:
        yield "HealthCheckInterval", slurm.health_check_interval
        yield "HealthCheckProgram", paths.HEALTH_CHECK
        yield "HealthCheckNodeState", "ANY,CYCLE"


def _jobs(plan: Plan, slurm: Slurm) -> Section:
    yield "ProctrackType", "proctrack/cgroup"
    yield "TaskPlugin", "task/cgroup,task/affinity"
    if any(shape.reserved_cpus for shape in shapes(plan).values()):
        # The daemons' own work stays off the cores that Slurm does not own.
        yield "TaskPluginParam", "SlurmdOffSpec"
    yield "PrologFlags", "Contain"
    yield "JobAcctGatherType", "jobacct_gather/linux"
    yield "SelectType", f"select/{slurm.scheduling.select}"
    yield "SelectTypeParameters", "CR_Core_Memory"
    if numa_as_sockets(plan):
        yield "SlurmdParameters", "numa_node_as_socket"
    if has_gpus(plan):
        yield "GresTypes", "gpu"
    if topology_conf.is_tree(plan) and not has(slurm.version, Trait.TOPOLOGY_YAML):
        yield "TopologyPlugin", "topology/tree"


def _scheduling(plan: Plan, slurm: Slurm) -> Section:
    yield "SchedulerType", "sched/backfill"
    if not _has_accounting(plan.site):
        # Shares and QOS live in the accounting database: first come, first served.
        return
    fair = slurm.scheduling.fair_share
    if fair or any(qos.priority for qos in slurm.qos.values()):
        yield "PriorityType", "priority/multifactor"
        yield "PriorityWeightQOS", _WEIGHT_QOS
        yield "PriorityWeightAge", _WEIGHT_AGE
    if fair:
        yield "PriorityWeightFairshare", _WEIGHT_FAIRSHARE
        yield "PriorityDecayHalfLife", "14-0"
    if _preempts(slurm):
        yield "PreemptType", "preempt/qos"
        yield "PreemptMode", _preempt_mode(slurm.scheduling)


def _preempts(slurm: Slurm) -> bool:
    return slurm.scheduling.preempt_mode != "off" and any(qos.preempt for qos in slurm.qos.values())


def _preempt_mode(scheduling: Scheduling) -> str:
    mode = scheduling.preempt_mode.upper()
    # Suspended jobs are resumed by the gang scheduler.
    return "SUSPEND,GANG" if mode == "SUSPEND" else mode


def _has_accounting(site: Site) -> bool:
    return bool(site.by_service[Service.SLURM_ACCOUNTING])


def _accounting(plan: Plan, slurm: Slurm) -> Section:
    if not _has_accounting(plan.site):
        if has(slurm.version, Trait.NONE_PLUGINS):
            yield "AccountingStorageType", "accounting_storage/none"
        return
    yield "AccountingStorageType", "accounting_storage/slurmdbd"
    yield "AccountingStorageHost", plan.site.by_service[Service.SLURM_ACCOUNTING][0].address
    # Members of projects only; root always has an association of its own.
    yield "AccountingStorageEnforce", "associations,limits,qos"
    if has_gpus(plan):
        yield "AccountingStorageTRES", "gres/gpu"


def _nodes(plan: Plan) -> Iterator[str]:
    for group in groups(plan):
        yield f"NodeName={group.names} NodeAddr={group.addresses} {group.shape.definition}"
    logins = login_nodes(plan)
    if logins:
        yield "# Login hosts: their slurmd keeps these files current; no partition has them, so that no job runs there."
        for names, addresses in fold_pairs((host.name, str(host.host.address)) for host in logins):
            yield f"NodeName={names} NodeAddr={addresses}"


def _maintenance(plan: Plan) -> Iterator[str]:
    names = maintained(plan)
    if names:
        yield f'DownNodes={fold(names)} State=DRAIN Reason="{MAINTENANCE}"'


def maintained(plan: Plan) -> tuple[str, ...]:
    """Nodes that the inventory declares to be in maintenance."""
    return tuple(host.name for host in members(plan) if host.host.maintenance)
