"""The PartitionName lines of slurm.conf (slurm.conf(5), PARTITION CONFIGURATION)."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Partition, Slurm
from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering.hostlists import fold
from twinstack.rendering.slurm_nodes import kind, members, shapes

_MEMORY = "DefMemPerCPU"


def lines(plan: Plan, slurm: Slurm) -> Iterator[str]:
    """One line a partition, in the inventory's order."""
    for partition in slurm.partitions.values():
        yield _line(plan, partition, [host for host in members(plan) if _in(partition, host)])


def _in(partition: Partition, host: HostPlan) -> bool:
    return host.pool is not None and host.pool.name in partition.pools


def _line(plan: Plan, partition: Partition, hosts: list[HostPlan]) -> str:
    words = [f"PartitionName={partition.name}"]
    if hosts:
        words.append(f"Nodes={fold(host.name for host in hosts)}")
    if partition.default:
        words.append("Default=YES")
    words.append(f"MaxTime={partition.max_time or 'UNLIMITED'}")
    if hosts and _MEMORY not in partition.settings:
        # Without a default a job that asks for no memory takes the whole node's.
        known = shapes(plan)
        words.append(f"{_MEMORY}={min(known[kind(host)].memory_per_cpu for host in hosts)}")
    if partition.qos:
        words.append(f"QOS={partition.qos}")
    words += [f"{name}={value}" for name, value in partition.settings.items()]
    return " ".join([*words, f"State={partition.state.upper()}"])
