from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.manifests import host
from twinstack.provider import drains
from twinstack.provider.drains import CHANGE, MAINTENANCE, REMOVAL, Drain, around, resting, told
from twinstack.provider.events import Report
from twinstack.provider.host_state import HostState
from twinstack.provider.store import Store

BOTH = {"slurm": {"name": "ctl1"}, "kubernetes": {"name": "ctl1"}}
ROLES = {"slurm-compute": "1", "kubernetes-worker": "1", "base": "1"}
DISTURBS = {"slurm-compute": ("slurmd",), "containerd": ("containerd.service",)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def split(store: Store, **changes: Any) -> HostState:
    return HostState.of(host(store, **{"roles": ROLES, "controllers": BOTH, "drainTimeout": 60, **changes}))


def test_a_split_host_is_drained_by_both_and_returned_to_both(store: Store) -> None:
    found = around(split(store), split(store), ["containerd", "slurm-compute"], DISTURBS)
    assert found == Drain(
        sides=("kubernetes", "slurm"),
        lifts=("kubernetes", "slurm"),
        reason="twinstack: change of slurm-compute, containerd",
        timeout=60,
        kinds=(CHANGE, REMOVAL),
    )


def test_what_disturbs_nobody_drains_nobody_but_ends_what_a_killed_run_left(store: Store) -> None:
    found = around(split(store), split(store), ["base", "kubernetes-worker"], {})
    assert (found.sides, found.lifts) == ((), ("kubernetes",))
    assert around(split(store), split(store), ["base"], {}).lifts == ()


def test_a_scheduler_that_the_host_leaves_or_joins_is_not_asked(store: Store) -> None:
    joins = split(store, roles={"slurm-compute": "1"})
    assert around(joins, split(store), ["slurm-compute", "kubernetes-worker"], DISTURBS).sides == ("slurm",)
    leaves = split(store, roles={"kubernetes-worker": "2"})
    assert around(split(store), leaves, ["kubernetes-worker"], DISTURBS).sides == ("kubernetes",)
    alone = split(store, controllers={})
    assert around(split(store), alone, ["slurm-compute"], DISTURBS).sides == ()


def test_a_half_done_role_still_counts_as_in_service(store: Store) -> None:
    old = split(store, roles={"base": "1"}, halfDone=["slurm-compute"])
    assert drains.in_service(old)
    assert around(old, split(store), ["slurm-compute"], DISTURBS).sides == ("slurm",)
    assert not drains.in_service(split(store, roles={"base": "1"}))


def test_maintenance_begins_with_its_own_reason_and_ends_with_any_of_ours(store: Store) -> None:
    rest = split(store, maintenance=True)
    found = resting(split(store), rest)
    assert (found.sides, found.reason, found.stays) == (("kubernetes", "slurm"), MAINTENANCE, True)
    woken = around(rest, split(store), [], {})
    assert (woken.sides, woken.lifts, woken.kinds) == ((), ("kubernetes", "slurm"), (CHANGE, REMOVAL, MAINTENANCE))


def test_groups_and_variables_hold_each_side_its_nodes() -> None:
    first = Drain(("slurm",), ("slurm",), f"{CHANGE}a", 5)
    every = {"cpu1": first, "both1": Drain(("kubernetes", "slurm"), (), "r", 1), "calm": Drain()}
    assert drains.groups(every) == {
        "drain_slurm": ["cpu1", "both1"],
        "lift_slurm": ["cpu1"],
        "drain_kubernetes": ["both1"],
    }
    found: Any = drains.variables(every)
    assert found["twinstack_drains"]["slurm"]["cpu1"] == {"reason": f"{CHANGE}a", "timeout": 5, "kinds": [CHANGE]}
    assert list(found["twinstack_drains"]["kubernetes"]) == ["both1"]
    assert list(found["twinstack_lifts"]["slurm"]) == ["cpu1"]
    assert drains.variables({"calm": Drain()}) == {}


def test_a_preview_says_where_and_for_what() -> None:
    drain = Drain(("kubernetes", "slurm"))
    assert told("both1", drain, {"slurm-compute": ("slurmd", "/etc/a")}) == [
        "host both1: is drained in Kubernetes and Slurm for slurm-compute: slurmd, /etc/a"
    ]
    assert told("ctl1", Drain(), {"x": ("y",)}) == ["host ctl1: is disturbed by x: y"]
    assert told("cpu1", drain, {}) == []


def test_who_is_waited_for_is_in_the_events() -> None:
    report = Report()
    for twinstack in ({"waiting": {"cpu1": "job 1"}, "late": {}}, {"late": {"cpu2": "job 2"}}):
        report.take({"event": "runner_on_ok", "host": "cpu1", "play": "drain_slurm", "result": twinstack})
    assert drains.named(report, "waiting") == {"cpu1": "job 1"}
    assert drains.named(report, "late") == {"cpu2": "job 2"}
