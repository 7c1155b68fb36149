from __future__ import annotations

from typing import Any

from tests.unit import sites
from twinstack.inventory.model import Service, Stack
from twinstack.planning import plan
from twinstack.rendering import slurm_partitions
from twinstack.rendering.slurm_nodes import slurm_of


def line(**changes: Any) -> str:
    hosts = (sites.host("ctl", None, Service.SLURM_CONTROLLER), sites.host("n1", "batch"))
    section = sites.slurm("batch", partitions={"p": sites.partition("p", "batch", **changes)})
    made = plan(sites.site(hosts, (sites.pool("batch", Stack.SLURM),), slurm=section))
    (found,) = slurm_partitions.lines(made, slurm_of(made.site))
    return found


def test_a_plain_partition_is_up_and_shares_memory_by_cores() -> None:
    assert line() == "PartitionName=p Nodes=n1 MaxTime=UNLIMITED DefMemPerCPU=3968 State=UP"


def test_settings_follow_and_a_given_memory_replaces_the_derived_one() -> None:
    settings = {"PriorityTier": "10", "OverSubscribe": "EXCLUSIVE", "DefMemPerCPU": "2048"}
    found = line(state="drain", settings=settings)
    assert found.endswith("MaxTime=UNLIMITED PriorityTier=10 OverSubscribe=EXCLUSIVE DefMemPerCPU=2048 State=DRAIN")
    assert found.count("DefMemPerCPU") == 1
