from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.fakes import FakeRunner, connection
from tests.unit.provider.manifests import host
from twinstack.provider.apply import Applier
from twinstack.provider.drains import Drain
from twinstack.provider.host_change import HostChange, HostResult
from twinstack.provider.host_state import HostState
from twinstack.provider.leaving import CONTROLLER, leavers, together
from twinstack.provider.store import Store
from twinstack.rendering.model import RoleSpec

JOB = "job 7 of ana (running)"
BUSY = {("cpu2", "waiting"): JOB}
HELD = f"nodes that leave the cluster stay drained until they are free, and are not free: cpu2 still runs {JOB}"


def change(name: str, *roles: str, **settings: Any) -> HostChange:
    return HostChange(connection(name), roles, {}, **settings)


LEAVER = change("cpu2", drain=Drain(("slurm",), reason="twinstack: removal", timeout=900, stays=True))
SITE = (
    change("ctl1", "base", CONTROLLER, leavers=(LEAVER,)),
    change("cpu1", "munge", "slurm-compute", drain=Drain(lifts=("slurm",))),
    change("cpu3", "slurm-compute"),
    change("kube1", "node-exporter"),
)


def applied(runner: FakeRunner, *changes: HostChange) -> dict[str, HostResult]:
    results = asyncio.run(Applier(runner, "site.yml", lambda _event: None).apply(changes))
    return {one.name: result for one, result in zip(changes, results, strict=True)}


def groups(runner: FakeRunner) -> list[dict[str, list[str]]]:
    return [{group: list(members) for group, members in play.groups.items()} for play in runner.seen]


def test_what_needs_none_of_slurms_files_does_not_wait_for_the_jobs_of_a_node_that_leaves() -> None:
    runner = FakeRunner(held=[BUSY, BUSY, {}])
    results = applied(runner, *SITE)
    assert groups(runner) == [
        {"drain_slurm": ["cpu2"]},
        {"node_exporter": ["kube1"], "base": ["ctl1"], "munge": ["cpu1"]},
        {"drain_slurm": ["cpu2"]},
        {"drain_slurm": ["cpu2"]},
        {"slurm_controller": ["ctl1"], "slurm_compute": ["cpu1", "cpu3"], "lift_slurm": ["cpu1"]},
    ]
    windows = [play.variables["twinstack_drain_window"] for play in runner.seen if "drain_slurm" in play.groups]
    assert windows == [0, 300, 300]
    assert {name: (result.done, result.problem) for name, result in results.items()} == {
        "ctl1": ({"base", CONTROLLER}, None),
        "cpu1": ({"munge", "slurm-compute"}, None),
        "cpu3": ({"slurm-compute"}, None),
        "kube1": ({"node-exporter"}, None),
    }


def test_a_node_that_is_free_costs_one_look_and_all_go_together() -> None:
    runner = FakeRunner()
    assert {result.problem for result in applied(runner, *SITE).values()} == {None}
    assert [sorted(play) for play in groups(runner)] == [
        ["drain_slurm"],
        ["base", "lift_slurm", "munge", "node_exporter", "slurm_compute", "slurm_controller"],
    ]


def test_without_a_node_that_leaves_nobody_is_asked() -> None:
    runner = FakeRunner()
    applied(runner, *SITE[1:])
    assert len(runner.seen) == 1


def test_a_node_that_is_not_free_in_time_keeps_controllers_from_its_removal_and_nobody_else() -> None:
    runner = FakeRunner(held=[BUSY, {("cpu2", "late"): JOB}])
    results = applied(runner, *SITE, change("ctl2", CONTROLLER))
    assert groups(runner)[-1] == {"slurm_compute": ["cpu1", "cpu3"], "lift_slurm": ["cpu1"]}
    problem = f"host ctl1: role slurm-controller: {HELD}"
    assert results["ctl1"] == HostResult(frozenset({"base"}), attempted=True, problem=problem)
    assert results["ctl2"] == HostResult(frozenset(), attempted=False, problem=problem.replace("ctl1", "ctl2"))
    assert results["cpu3"].problem is None


def test_a_host_that_failed_ahead_is_left_alone_behind() -> None:
    runner = FakeRunner(held=[BUSY, {}], failing={("cpu1", "munge"): "no"})
    results = applied(runner, *SITE)
    assert groups(runner)[-1] == {"slurm_controller": ["ctl1"], "slurm_compute": ["cpu3"]}
    assert "role munge" in str(results["cpu1"].problem)


def test_a_controller_that_cannot_be_asked_holds_nobody_up() -> None:
    runner = FakeRunner(failing={("cpu2", "drain_slurm"): "no route"})
    assert {result.problem for result in applied(runner, *SITE).values()} == {None}
    assert len(runner.seen) == 2


def test_results_of_two_parts_are_one() -> None:
    first = {"cpu1": HostResult(frozenset({"base"}), attempted=True), "cpu2": HostResult(frozenset(), attempted=False)}
    second = {"cpu1": HostResult(frozenset(), attempted=False, problem="no")}
    assert together(first, second) == {
        "cpu1": HostResult(frozenset({"base"}), attempted=True, problem="no"),
        "cpu2": first["cpu2"],
    }


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def controller(store: Store, members: str, **changes: Any) -> HostState:
    """A controller with these nodes, as its state or its inputs say."""
    leaving = {"reason": "twinstack: removal", "timeout": 900, "kinds": []}
    params = {"members": members, "leaving": leaving, "primary": "cpu1"}
    manifest = store.put(RoleSpec(CONTROLLER, "controller", params=params).text)
    return HostState.of(host(store, roles={CONTROLLER: members}, specs={CONTROLLER: manifest}, **changes))


def names(old: HostState, new: HostState, store: Store) -> list[str]:
    return [each.name for each in leavers(old, new, (CONTROLLER,), store)]


def test_nodes_leave_that_the_first_controllers_new_files_do_not_hold(store: Store) -> None:
    old, new = controller(store, "cpu[1-4]"), controller(store, "cpu[1-2],cpu5")
    found = leavers(old, new, (CONTROLLER,), store)
    assert [each.name for each in found] == ["cpu3", "cpu4"]
    one = found[0]
    assert (one.roles, one.variables) == ((), {"twinstack_slurm_controller": "cpu1"})
    assert one.delegates == (new.connection,)
    assert (one.connection.address, one.drain.sides) == (new.connection.address, ("slurm",))
    assert (one.drain.reason, one.drain.timeout, one.drain.stays) == ("twinstack: removal", 900, True)


def test_no_node_is_known_to_leave_where_that_cannot_be_told(store: Store) -> None:
    old, new = controller(store, "cpu[1-4]"), controller(store, "cpu1")
    assert names(old, new, store) == ["cpu2", "cpu3", "cpu4"]
    assert names(new, old, store) == []
    assert names(controller(store, "cpu[1-4]", name="ctl2"), controller(store, "cpu1", name="ctl2"), store) == []
    assert leavers(old, new, ("base",), store) == ()
    assert names(HostState.of(host(store)), new, store) == []
    assert names(old, new, Store(store.root / "elsewhere")) == []
