"""Conditions of Slurm, asked on its first controller: nodes, partitions, accounting."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ClusterShell.NodeSet import NodeSet

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.model import Service
from twinstack.planning.model import HostPlan, Plan
from twinstack.tenancy.slurm import slurm_entities

MIB = 1 << 20
IN_SERVICE = {"IDLE", "MIXED", "ALLOCATED", "COMPLETING", "RESERVED"}


def conditions(plan: Plan) -> Iterator[Condition]:
    """What the controller must say of the cluster."""
    controllers = plan.site.by_service[Service.SLURM_CONTROLLER]
    if not plan.site.slurm or not controllers:
        return
    at = controllers[0].name
    yield Condition("slurm", at, "controller answers", answers)
    for host in plan.hosts.values():
        if host.in_slurm and not host.host.simulated:
            yield Condition("slurm", at, f"node {host.name}", partial(node_as_planned, host))
    for partition in plan.site.slurm.partitions.values():
        members = [
            host.name
            for host in plan.hosts.values()
            if host.in_slurm and host.pool and host.pool.name in partition.pools
        ]
        yield Condition(
            "slurm", at, f"partition {partition.name}", partial(partition_as_planned, partition.name, members)
        )
    if plan.site.by_service[Service.SLURM_ACCOUNTING]:
        yield from accounting(plan, at)


def accounting(plan: Plan, at: str) -> Iterator[Condition]:
    """Accounting answers and knows every project's account and member."""
    entities = slurm_entities(plan)
    cluster = plan.site.slurm.cluster if plan.site.slurm else ""
    yield Condition("accounting", at, f"cluster {cluster} is registered", partial(cluster_registered, cluster))
    for qos in entities.qos:
        yield Condition("accounting", at, f"QOS {qos.name}", partial(listed, ("qos",), qos.name))
    for account in entities.accounts:
        yield Condition("accounting", at, f"account {account.name}", partial(listed, ("account",), account.name))
    for link in entities.associations:
        wanted = f"{link.account}|{link.user}"
        columns = ("association", "format=account,user", f"cluster={cluster}")
        yield Condition("accounting", at, f"{link.user} belongs to {link.account}", partial(listed, columns, wanted))


def answers(shell: Shell) -> Verdict:
    """Slurmctld replies to a ping."""
    answer = shell.run("scontrol", "ping")
    return Verdict.of(answer.rc == 0 and "UP" in answer.stdout, (answer.stdout + answer.stderr).strip())


def fields(line: str) -> dict[str, str]:
    """The Key=Value words of one `scontrol --oneliner` record."""
    return dict(word.partition("=")[::2] for word in line.split() if "=" in word)


def node_as_planned(host: HostPlan, shell: Shell) -> Verdict:
    """The node is in service (or drained when in maintenance) with the planned CPUs, memory and GPUs."""
    answer = shell.run("scontrol", "--oneliner", "show", "node", host.name)
    if answer.rc:
        return Verdict.wrong((answer.stderr or answer.stdout).strip())
    seen = fields(answer.stdout)
    wrong = [
        f"{what}: planned {planned}, seen {actual}"
        for what, planned, actual in compared(host, seen)
        if planned != actual
    ]
    if not state_fits(host, seen.get("State", "")):
        wrong.append(f"state {seen.get('State')} {seen.get('Reason', '')}".rstrip())
    return Verdict.of(
        not wrong, "; ".join(wrong) or f"{seen['State']}, {seen['CPUTot']} CPUs, {seen['RealMemory']} MiB"
    )


def compared(host: HostPlan, seen: dict[str, str]) -> Iterator[tuple[str, object, object]]:
    """Planned and seen figures of a node; `CPUEfctv` are the CPUs that jobs can have."""
    share = host.allocation.slurm
    if share is None:
        return
    threads = host.hardware.threads_per_core
    yield "CPUs for jobs", len(share.cores) * threads, int(seen.get("CPUEfctv", seen.get("CPUTot", "0")))
    gres = seen.get("Gres", "(null)")
    yield (
        "GPUs",
        len(share.gpus),
        sum(int(part.partition("(")[0].rpartition(":")[2]) for part in gres.split(",") if part.startswith("gpu:")),
    )


def state_fits(host: HostPlan, state: str) -> bool:
    """Whether the state's base and flags are those of a host in service, or of one in maintenance."""
    base, *flags = state.rstrip("*~#!%$@^-").split("+")
    if host.host.maintenance:
        return base == "DOWN" or "DRAIN" in flags
    return base in IN_SERVICE and not flags and "*" not in state


def partition_as_planned(name: str, members: list[str], shell: Shell) -> Verdict:
    """The partition is up and holds exactly the planned nodes."""
    answer = shell.run("scontrol", "--oneliner", "show", "partition", name)
    if answer.rc:
        return Verdict.wrong((answer.stderr or answer.stdout).strip())
    seen = fields(answer.stdout)
    nodes = "" if seen.get("Nodes") in {None, "(null)"} else seen["Nodes"]
    ok = seen.get("State") == "UP" and NodeSet(nodes) == NodeSet.fromlist(members)
    return Verdict.of(
        ok, f"{name} is {seen.get('State')} with {nodes or 'no nodes'}, planned {NodeSet.fromlist(members)}"
    )


def cluster_registered(cluster: str, shell: Shell) -> Verdict:
    """Slurmdbd knows the cluster and where its controller listens."""
    answer = shell.run(
        "sacctmgr", "--noheader", "--parsable2", "show", "cluster", cluster, "format=cluster,controlhost"
    )
    name, _, host = answer.stdout.strip().partition("|")
    return Verdict.of(name == cluster and bool(host), (answer.stdout + answer.stderr).strip() or "no such cluster")


def listed(query: tuple[str, ...], wanted: str, shell: Shell) -> Verdict:
    """A row that begins with the wanted columns is among sacctmgr's answer."""
    answer = shell.run("sacctmgr", "--noheader", "--parsable2", "show", *query)
    rows = answer.stdout.splitlines()
    found = any(row == wanted or row.startswith(f"{wanted}|") for row in rows)
    return Verdict.of(found, f"{wanted} is {'known' if found else 'not known'} {answer.stderr.strip()}".rstrip())
