from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.unit import sites
from twinstack.inventory.model import Qos, Scheduling, Service, Slice, Stack
from twinstack.planning import plan
from twinstack.rendering import slurm_conf

CONTROLLER = (Service.SLURM_CONTROLLER, Service.SLURM_ACCOUNTING)
URGENT = {"normal": Qos("normal", 100, (), None), "urgent": Qos("urgent", 1000, ("normal",), 4)}


def lines(*hosts: Any, services: tuple[Service, ...] = CONTROLLER, pools: Any = None, **slurm: Any) -> list[str]:
    pools = pools or (sites.pool("batch", Stack.SLURM),)
    hosts = hosts or (sites.host("n1", "batch"),)
    section = sites.slurm(*(pool.name for pool in pools), **slurm)
    made = plan(sites.site((sites.host("ctl", None, *services), *hosts), pools, slurm=section))
    return slurm_conf.text(made).splitlines()


def value(found: list[str], key: str) -> str | None:
    return next((line.partition("=")[2] for line in found if line.startswith(f"{key}=")), None)


def scheduling(mode: str = "off", *, fair: bool = True) -> Scheduling:
    return Scheduling("cons_tres", mode, fair_share=fair)


def test_nodes_and_partition_of_a_plain_site() -> None:
    found = lines(sites.host("n1", "batch"), sites.host("n2", "batch"))
    assert "SlurmctldHost=ctl(10.0.0.1)" in found
    assert "NodeName=n[1-2] NodeAddr=10.0.0.[2-3] Sockets=1 CoresPerSocket=8 ThreadsPerCore=1 RealMemory=31744" in found
    assert "PartitionName=main Nodes=n[1-2] Default=YES MaxTime=UNLIMITED DefMemPerCPU=3968 State=UP" in found


def test_no_parameter_is_given_twice() -> None:
    found = lines(qos=URGENT, scheduling=scheduling("requeue"), health_check_interval=300)
    keys = [line.partition("=")[0] for line in found if "=" in line and not line.startswith("#")]
    assert len(keys) == len(set(keys))


def test_daemons_keep_off_other_owners_cores_only_where_there_are_some() -> None:
    half = Slice(4, 0, None)
    shared = (sites.pool("both", Stack.SPLIT, split=sites.split(half, half)),)
    found = lines(sites.host("s1", "both"), pools=shared)
    assert value(found, "TaskPluginParam") == "SlurmdOffSpec"
    assert any("CpuSpecList=4-7" in line for line in found)
    assert value(lines(), "TaskPluginParam") is None


def test_a_partition_qos_and_time_limit() -> None:
    partition = sites.partition("gpu", "batch", max_time="1-00:00:00", qos="normal")
    found = lines(partitions={"gpu": partition})
    assert "PartitionName=gpu Nodes=n1 MaxTime=1-00:00:00 DefMemPerCPU=3968 QOS=normal State=UP" in found


def test_an_empty_partition_names_no_nodes() -> None:
    partition = sites.partition("later", "swing")
    pools = (
        sites.pool("batch", Stack.SLURM),
        sites.pool("swing", Stack.FLEXIBLE, owners={"f1": Stack.KUBERNETES}),
    )
    found = lines(sites.host("f1", "swing"), pools=pools, partitions={"later": partition})
    assert "PartitionName=later MaxTime=UNLIMITED State=UP" in found


@pytest.mark.parametrize(
    ("mode", "qos", "kind", "rendered"),
    [
        ("requeue", URGENT, "preempt/qos", "REQUEUE"),
        ("suspend", URGENT, "preempt/qos", "SUSPEND,GANG"),
        ("cancel", URGENT, "preempt/qos", "CANCEL"),
        ("off", URGENT, None, None),
        ("requeue", {"normal": URGENT["normal"]}, None, None),
    ],
)
def test_preemption_needs_a_mode_and_a_qos_that_preempts(
    mode: str, qos: dict[str, Qos], kind: str | None, rendered: str | None
) -> None:
    found = lines(qos=qos, scheduling=scheduling(mode))
    assert (value(found, "PreemptType"), value(found, "PreemptMode")) == (kind, rendered)


def test_priority_without_fair_share_still_knows_qos() -> None:
    found = lines(qos=URGENT, scheduling=scheduling(fair=False))
    assert value(found, "PriorityType") == "priority/multifactor"
    assert value(found, "PriorityWeightFairshare") is None
    assert value(lines(scheduling=scheduling(fair=False)), "PriorityType") is None


def test_without_a_database_nothing_that_lives_in_it_is_asked_for() -> None:
    found = lines(services=(Service.SLURM_CONTROLLER,), qos=URGENT, scheduling=scheduling("requeue"))
    assert value(found, "AccountingStorageType") == "accounting_storage/none"
    assert not [line for line in found if line.startswith(("Priority", "Preempt", "AccountingStorageEnforce"))]


def test_maintenance_is_a_drain_that_says_why() -> None:
    found = lines(sites.host("n1", "batch", maintenance=True), sites.host("n2", "batch"))
    assert 'DownNodes=n1 State=DRAIN Reason="twinstack: maintenance"' in found
    assert not [line for line in lines() if line.startswith("DownNodes")]


def test_the_health_check_runs_where_an_interval_is_given() -> None:
    assert value(lines(health_check_interval=300), "HealthCheckInterval") == "300"
    assert value(lines(), "HealthCheckProgram") is None


def test_backups_are_controllers_only_with_a_shared_state() -> None:
    pools = (sites.pool("batch", Stack.SLURM),)
    hosts = [sites.host(f"ctl{i}", None, Service.SLURM_CONTROLLER) for i in (1, 2)]
    made = sites.site((*hosts, sites.host("n1", "batch")), pools, slurm=sites.slurm("batch"))
    alone = slurm_conf.text(plan(made))
    assert alone.count("SlurmctldHost=") == 1
    shared = replace(made, slurm=sites.slurm("batch", state_location="/home/slurm-state"))
    text = slurm_conf.text(plan(shared))
    assert "SlurmctldHost=ctl1(10.0.0.1)\nSlurmctldHost=ctl2(10.0.0.2)\n" in text
    assert "StateSaveLocation=/home/slurm-state\n" in text


def test_login_nodes_are_in_no_partition() -> None:
    found = lines(sites.host("n1", "batch"), sites.host("login1", None, Service.LOGIN))
    assert "NodeName=login1 NodeAddr=10.0.0.3" in found
    assert not [line for line in found if line.startswith("PartitionName") and "login" in line]


def test_gpus_are_counted() -> None:
    pools = (sites.pool("ai", Stack.SLURM),)
    made = sites.site(
        (sites.host("ctl", None, *CONTROLLER), sites.host("g1", "ai", hardware="gpu")),
        pools,
        hardware=(sites.hardware(), sites.hardware("gpu", gpus=sites.gpus(4))),
        slurm=sites.slurm("ai"),
    )
    found = slurm_conf.text(plan(made)).splitlines()
    assert value(found, "GresTypes") == "gpu"
    assert value(found, "AccountingStorageTRES") == "gres/gpu"
    assert any(line.endswith("Gres=gpu:h100:4") for line in found)


def test_a_site_without_slurm_has_no_such_file() -> None:
    with pytest.raises(ValueError, match="no slurm section"):
        slurm_conf.text(plan(sites.site((sites.host("a"),))))
