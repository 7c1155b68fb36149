from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.unit import sites
from twinstack.inventory.model import Slice, Stack
from twinstack.planning import plan
from twinstack.planning.model import Plan
from twinstack.rendering import cgroup_conf, gres_conf, mariadb_conf, slurm_units, slurmdbd_conf

GIB = 1 << 30


def gpu_site(**changes: Any) -> Plan:
    hardware = sites.hardware("gpu", 8, sockets=2, gpus=sites.gpus(8, (0, 0, 0, 0, 1, 1, 1, 1)))
    pools = (sites.pool("ai", Stack.SPLIT, split=sites.split(Slice(6, 4, None), Slice(6, 4, None), Slice(4, 0, None))),)
    hosts = [sites.host(f"g{i}", "ai", hardware="gpu") for i in (1, 2)]
    return plan(sites.site(hosts, pools, hardware=(sites.hardware(), hardware), slurm=sites.slurm("ai"), **changes))


def test_gres_lists_only_slurms_gpus() -> None:
    assert gres_conf.text(gpu_site()).splitlines() == [
        "NodeName=g[1-2] Name=gpu Type=h100 File=/dev/nvidia[0-3] Cores=0-7"
    ]


def test_gres_without_gpus_is_a_file_that_says_so() -> None:
    assert gres_conf.text(plan(sites.dual())) == "# No node has GPUs of Slurm's.\n"


def test_swap_is_constrained_only_where_every_kernel_can() -> None:
    pools = (sites.pool("batch", Stack.SLURM),)
    old = sites.hardware("old", absent=frozenset({"cgroup2"}))
    hosts = (sites.host("n1", "batch"), sites.host("n2", "batch", hardware="old"))
    mixed = plan(sites.site(hosts, pools, hardware=(sites.hardware(), old), slurm=sites.slurm("batch")))
    assert "ConstrainSwapSpace=no\n" in cgroup_conf.text(mixed)
    assert "ConstrainSwapSpace=yes\n" in cgroup_conf.text(plan(sites.dual()))
    assert "ConstrainCores=yes\n" in cgroup_conf.text(mixed)


def test_the_password_of_slurmdbd_is_a_mark() -> None:
    text = slurmdbd_conf.text(sites.dual().hosts["head"], sites.slurm())
    assert "StoragePass=@secret:slurmdbd-password@\n" in text
    assert "StorageHost=localhost\n" in text
    assert "DbdAddr=10.0.0.1\n" in text


@pytest.mark.parametrize(("release", "path"), [("24.05", "/run/slurmdbd.pid"), ("24.11", "/run/slurmdbd/slurmdbd.pid")])
def test_slurmdbd_names_a_file_that_its_unit_lets_it_write(release: str, path: str) -> None:
    text = slurmdbd_conf.text(sites.dual().hosts["head"], replace(sites.slurm(), version=release))
    assert f"PidFile={path}\n" in text


def test_the_database_isolates_no_snapshots_and_older_ones_pass_over_that() -> None:
    assert "loose_innodb_snapshot_isolation = OFF\n" in mariadb_conf.text(sites.hardware())


@pytest.mark.parametrize(("memory", "expected"), [(GIB // 2, 128), (2 * GIB, 256), (64 * GIB, 8192), (1 << 40, 16384)])
def test_the_databases_memory_follows_the_machine_within_limits(memory: int, expected: int) -> None:
    assert mariadb_conf.buffer_pool(sites.hardware(memory=memory)) == expected


def test_the_database_listens_on_loopback_only() -> None:
    assert "bind-address = 127.0.0.1\n" in mariadb_conf.text(sites.hardware())


def test_the_controller_waits_for_a_state_that_is_mounted() -> None:
    assert "RequiresMountsFor=/home/state\n" in slurm_units.controller("slurmdbd.service", "/home/state")
    assert "RequiresMountsFor" not in slurm_units.controller("slurmdbd.service", None)


def test_slurmd_starts_without_a_configuration_of_its_own() -> None:
    assert "ConditionPathExists=\n" in slurm_units.node()
