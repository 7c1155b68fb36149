from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.unit.provider.fakes import FakeRunner, connection
from twinstack.provider.apply import Applier, progress
from twinstack.provider.drains import Drain
from twinstack.provider.host_change import HostChange, HostResult
from twinstack.provider.questions import Nodes
from twinstack.provider.runner import Event
from twinstack.provider.waves import CONTROL_PLANE, Out


def change(name: str, *roles: str, **settings: Any) -> HostChange:
    return HostChange(connection(name), roles or ("base", "slurm-compute"), {"twinstack_roles": {}}, **settings)


def apply(runner: FakeRunner, *changes: HostChange) -> dict[str, HostResult]:
    results = asyncio.run(Applier(runner, "site.yml", lambda _event: None).apply(changes))
    return {one.name: result for one, result in zip(changes, results, strict=True)}


def test_one_run_serves_all_and_a_group_holds_just_the_hosts_whose_role_changes() -> None:
    runner = FakeRunner()
    results = apply(runner, change("cpu1"), change("cpu2", "slurm-compute"), change("ctl1", "slurm-controller"))
    assert {result.problem for result in results.values()} == {None}
    assert [play.groups for play in runner.seen] == [
        {"base": ["cpu1"], "slurm_compute": ["cpu1", "cpu2"], "slurm_controller": ["ctl1"]}
    ]


def test_hosts_that_tasks_are_delegated_to_are_reachable_but_in_no_group() -> None:
    runner = FakeRunner()
    apply(runner, change("cpu1", delegates=(connection("ctl1"),)))
    (play,) = runner.seen
    inventory = play.inventory()["all"]["children"]  # type: ignore[index]
    assert set(inventory["reachable"]["hosts"]) == {"ctl1", "cpu1"}
    assert inventory["base"]["hosts"] == {"cpu1": {}}


def test_a_failure_is_the_hosts_own_and_keeps_what_was_done_before() -> None:
    runner = FakeRunner(failing={("cpu1", "slurm_compute"): "slurmd: fatal"})
    results = apply(runner, change("cpu1"), change("cpu2"))
    assert results["cpu2"] == HostResult(frozenset({"base", "slurm-compute"}), attempted=True)
    assert results["cpu1"] == HostResult(
        frozenset({"base"}),
        attempted=True,
        problem='host cpu1: role slurm-compute: task "Apply": slurmd: fatal\nlog: /runs/1',
    )


def test_an_unreachable_host_was_not_attempted() -> None:
    results = apply(FakeRunner(down={"cpu1"}), change("cpu1"), change("cpu2"))
    assert results["cpu1"].attempted is False
    assert "unreachable (role base): No route to host" in str(results["cpu1"].problem)
    assert results["cpu2"].problem is None


def test_a_play_whose_only_host_fails_does_not_keep_others_from_later_plays() -> None:
    runner = FakeRunner(failing={("ctl1", "slurm_controller"): "no"})
    results = apply(runner, change("ctl1", "slurm-controller"), change("cpu1"))
    assert results["cpu1"] == HostResult(frozenset({"base", "slurm-compute"}), attempted=True)
    assert [sorted(play.groups) for play in runner.seen] == [
        ["base", "slurm_compute", "slurm_controller"],
        ["slurm_compute"],
    ]


def test_a_run_that_is_cut_off_fails_those_it_had_not_served_and_keeps_finished_plays() -> None:
    results = apply(FakeRunner(crash="slurm_compute"), change("cpu1", "base", "munge", "slurm-compute"))
    assert results["cpu1"].done == {"base", "munge"}
    assert "not applied: slurm-compute: ansible-playbook ended with 1:\nERROR! cut off" in str(results["cpu1"].problem)


def test_a_run_that_never_began_attempted_nothing() -> None:
    results = apply(FakeRunner(crash="base"), change("cpu1"))
    assert (results["cpu1"].done, results["cpu1"].attempted) == (frozenset(), False)


def test_a_role_without_a_play_is_not_taken_for_applied() -> None:
    results = apply(FakeRunner(), change("cpu1", "base", "slurm-login"))
    assert results["cpu1"].done == {"base"}
    assert "not applied: slurm-login: the playbook has no play for it" in str(results["cpu1"].problem)


def test_hosts_in_service_are_disturbed_in_waves() -> None:
    runner = FakeRunner()
    apply(
        runner,
        *(
            change(f"cpu{n}", pool="batch", max_unavailable=2, disturbs={"slurm-compute": ("slurmd",)})
            for n in range(3)
        ),
    )
    assert [play.groups["slurm_compute"] for play in runner.seen] == [["cpu0", "cpu1"], ["cpu2"]]


def test_secrets_of_a_batch_go_into_its_run() -> None:
    runner = FakeRunner()
    apply(runner, change("cpu1", secrets={"munge-key": "hush"}), change("cpu2", secrets={"other": "hush too"}))
    assert runner.seen[0].secrets == {"munge-key": "hush", "other": "hush too"}
    assert "hush" not in str(runner.seen[0].inventory())


def test_progress_names_the_hosts_of_the_play_that_begins() -> None:
    roles = {"cpu1": ("base", "slurm-compute"), "stor1": ("base",)}
    begins: Event = {"event": "playbook_on_play_start", "play": "slurm_compute"}
    assert progress(begins, roles) == ["cpu1"]
    assert progress({"event": "runner_on_ok", "play": "base"}, roles) == []


DRAIN = Drain(("slurm",), ("slurm",), "twinstack: change of slurm-compute", 100)


def disruptive(*names: str, limit: int = 2, drain: Drain = DRAIN) -> list[HostChange]:
    disturbs = {"slurm-compute": ("slurmd",)}
    return [change(name, pool="batch", max_unavailable=limit, disturbs=disturbs, drain=drain) for name in names]


def groups(runner: FakeRunner) -> list[dict[str, list[str]]]:
    return [{group: list(members) for group, members in play.groups.items()} for play in runner.seen]


def test_a_disturbed_host_is_drained_before_and_returned_after_and_calm_ones_do_not_wait() -> None:
    runner = FakeRunner()
    apply(runner, *disruptive("cpu1"), change("ctl1", "slurm-controller"))
    assert groups(runner) == [
        {"slurm_controller": ["ctl1"]},
        {"base": ["cpu1"], "slurm_compute": ["cpu1"], "drain_slurm": ["cpu1"], "lift_slurm": ["cpu1"]},
    ]
    variables: Any = runner.seen[1].variables
    assert variables["twinstack_drains"]["slurm"]["cpu1"]["timeout"] == 100


def test_who_is_not_free_yet_is_asked_again_while_others_go_on() -> None:
    runner = FakeRunner(held=[{("cpu1", "waiting"): "job 7"}, {("cpu1", "waiting"): "job 7"}, {}])
    results = apply(runner, *disruptive("cpu1", "cpu2", "cpu3"))
    assert {result.problem for result in results.values()} == {None}
    assert [play["drain_slurm"] for play in groups(runner)] == [["cpu1", "cpu2"], ["cpu1", "cpu3"], ["cpu1"]]


def test_the_time_that_a_host_was_waited_for_counts_over_runs() -> None:
    runner = FakeRunner(held=[{("cpu1", "waiting"): "job 7"}, {("cpu1", "late"): "job 7"}])
    ticks = iter((0.0, 0.0, 70.0, 70.0))
    applier = Applier(runner, "site.yml", lambda _event: None, clock=lambda: next(ticks))
    (result,) = asyncio.run(applier.apply(disruptive("cpu1")))
    timeouts = [play.variables["twinstack_drains"]["slurm"]["cpu1"]["timeout"] for play in runner.seen[:2]]  # type: ignore[index]
    assert timeouts == [100, 30]
    assert result.problem == "host cpu1: not begun: Slurm still runs job 7\nlog: /runs/1"
    assert (result.attempted, result.held) == (False, "job 7")


def test_the_drain_of_a_host_that_was_not_begun_is_lifted() -> None:
    runner = FakeRunner(held=[{("cpu1", "late"): "job 7"}])
    results = apply(runner, *disruptive("cpu1", "cpu2"))
    assert results["cpu2"].problem is None
    assert groups(runner)[-1] == {"lift_slurm": ["cpu1"]}


def test_the_drain_of_an_unreachable_host_is_lifted_and_that_of_a_half_changed_one_stays() -> None:
    runner = FakeRunner(down={"cpu1"}, failing={("cpu2", "slurm_compute"): "no"})
    results = apply(runner, *disruptive("cpu1", "cpu2"))
    assert groups(runner)[-1] == {"lift_slurm": ["cpu1"]}
    assert "unreachable" in str(results["cpu1"].problem)
    assert "stays drained" not in str(results["cpu1"].problem)
    assert str(results["cpu2"].problem).endswith("It stays drained until an `up` succeeds.")


def test_a_host_that_is_not_taken_back_does_again_what_disturbs() -> None:
    results = apply(FakeRunner(failing={("cpu1", "lift_slurm"): "slurmctld is away"}), *disruptive("cpu1"))
    assert results["cpu1"].done == {"base"}
    assert "not returned to Slurm: slurmctld is away" in str(results["cpu1"].problem)


def test_a_host_whose_run_is_cut_off_before_it_is_taken_back_does_again_what_disturbs() -> None:
    results = apply(FakeRunner(crash="lift_slurm"), *disruptive("cpu1"))
    assert results["cpu1"].done == {"base"}
    assert "not applied: slurm-compute; not returned to Slurm: ansible-playbook ended" in str(results["cpu1"].problem)
    assert str(results["cpu1"].problem).endswith("It stays drained until an `up` succeeds.")


def test_a_host_is_taken_back_though_a_later_play_of_another_ends_the_run() -> None:
    runner = FakeRunner(failing={("cpu2", "node_exporter"): "no"})
    other = replace(disruptive("cpu2")[0], roles=("slurm-compute", "node-exporter"))
    results = apply(runner, *disruptive("cpu1"), other)
    assert results["cpu1"] == HostResult(frozenset({"base", "slurm-compute"}), attempted=True)
    assert groups(runner)[-1]["lift_slurm"] == ["cpu1"]


def test_a_host_that_only_comes_back_has_not_come_back_when_that_is_cut_off() -> None:
    wakes = HostChange(connection("cpu1"), (), {}, drain=Drain((), ("slurm",), "", 100))
    result = apply(FakeRunner(crash="lift_slurm"), wakes)["cpu1"]
    assert "host cpu1: not returned to Slurm: ansible-playbook ended with 1" in str(result.problem)
    assert apply(FakeRunner(), wakes)["cpu1"].problem is None


def test_a_drain_for_itself_that_was_cut_off_is_not_taken_for_set() -> None:
    resting = HostChange(connection("cpu1"), (), {}, drain=Drain(("slurm",), (), "", 100, stays=True))
    result = apply(FakeRunner(crash="drain_kubernetes"), resting)["cpu1"]
    assert (result.attempted, "host cpu1: not drained in Slurm: ansible-playbook ended" in str(result.problem)) == (
        False,
        True,
    )


def test_a_calm_change_after_which_a_drain_could_not_be_ended_is_done_again() -> None:
    calm = replace(change("cpu1"), drain=Drain((), ("slurm",), "", 100))
    result = apply(FakeRunner(failing={("cpu1", "lift_slurm"): "slurmctld is away"}), calm)["cpu1"]
    assert result.done == {"base"}


def test_a_controller_that_cannot_be_asked_is_no_leave_to_go_on() -> None:
    results = apply(FakeRunner(failing={("cpu1", "drain_slurm"): "ssh: no route"}), *disruptive("cpu1"))
    assert (results["cpu1"].done, results["cpu1"].attempted) == (frozenset(), False)
    assert "not drained in Slurm: ssh: no route" in str(results["cpu1"].problem)


def test_a_change_that_fails_everywhere_is_not_tried_on_all_hosts() -> None:
    runner = FakeRunner(failing={(f"cpu{n}", "slurm_compute"): "bad" for n in range(6)})
    results = apply(runner, *disruptive(*(f"cpu{n}" for n in range(6))))
    assert [name for name, result in results.items() if result.attempted] == ["cpu0", "cpu1"]
    assert "not begun: all hosts of pool batch that were begun with have failed" in str(results["cpu5"].problem)


def counting(runner: FakeRunner, out: dict[str, Out], *changes: HostChange) -> tuple[dict[str, HostResult], list[str]]:
    """The results where these hosts are out of service, and who the census was asked for."""
    asked: list[str] = []

    async def census(found: Sequence[HostChange]) -> dict[str, Out]:
        asked.extend(change.name for change in found)
        return out

    applier = Applier(runner, "site.yml", lambda _event: None, census=census)
    results = asyncio.run(applier.apply(changes))
    return {one.name: result for one, result in zip(changes, results, strict=True)}, asked


def beside(*names: str) -> tuple[Nodes, ...]:
    return (Nodes("slurm", connection("ctl1"), frozenset(names)),)


def test_who_is_out_of_service_is_asked_once_after_what_is_calm_and_only_where_something_disturbs() -> None:
    runner = FakeRunner()
    _, asked = counting(runner, {}, *disruptive("cpu1", "cpu2", limit=1), change("cpu3"))
    assert asked == ["cpu1", "cpu2"]
    assert [sorted(play) for play in groups(runner)[:1]] == [["base", "slurm_compute"]]
    assert counting(FakeRunner(), {}, change("cpu3"))[1] == []


def waves_beside(runner: FakeRunner, out: dict[str, Out], *others: HostChange) -> list[list[str]]:
    """The waves of two hosts that may be out at the same time, in a pool with a third one."""
    two = [replace(each, beside=beside("cpu1", "cpu2", "cpu3")) for each in disruptive("cpu1", "cpu3", limit=2)]
    counting(runner, out, *two, *others)
    return [
        waved
        for play in groups(runner)
        if (waved := [name for name in play.get("slurm_compute", ()) if name != "cpu2"])
    ]


def test_who_is_out_leaves_less_room_and_never_none() -> None:
    down = {"cpu2": Out("Slurm: node down")}
    assert waves_beside(FakeRunner(), {}) == [["cpu1", "cpu3"]]
    assert waves_beside(FakeRunner(), down) == [["cpu1"], ["cpu3"]]


def test_a_control_plane_is_not_touched_while_another_is_out_and_says_which() -> None:
    runner = FakeRunner()
    plane = replace(change("ctl1"), disturbs={CONTROL_PLANE: ("kubelet",)}, beside=beside("ctl1", "ctl2"))
    results, _ = counting(runner, {"ctl2": Out("Kubernetes: node not ready")}, plane)
    assert runner.seen == []
    assert (results["ctl1"].attempted, results["ctl1"].done) == (False, frozenset())
    assert "host ctl1: not begun: one control plane" in str(results["ctl1"].problem)
    assert "out are ctl2 (Kubernetes: node not ready). Mend them" in str(results["ctl1"].problem)


def test_a_host_that_is_out_is_mended_before_others_are_disturbed() -> None:
    runner, out = FakeRunner(), {"cpu2": Out("Slurm: node down")}
    results, _ = counting(runner, out, *disruptive("cpu1", "cpu2", limit=1))
    assert {result.problem for result in results.values()} == {None}
    assert [play["slurm_compute"] for play in groups(runner)] == [["cpu2"], ["cpu1"]]


def test_a_host_that_a_calm_change_has_just_mended_does_not_count_unless_that_failed() -> None:
    down = {"cpu2": Out("Slurm: node down")}
    assert waves_beside(FakeRunner(), down, change("cpu2")) == [["cpu1", "cpu3"]]
    broken = FakeRunner(failing={("cpu2", "slurm_compute"): "no"})
    assert waves_beside(broken, down, change("cpu2")) == [["cpu1"], ["cpu3"]]


def test_a_host_that_has_just_gone_into_maintenance_counts() -> None:
    resting = {"cpu2": Out("Slurm: node drained: twinstack: maintenance")}
    rest = HostChange(connection("cpu2"), (), {}, drain=Drain(("slurm",), (), "twinstack: maintenance", 30, stays=True))
    assert waves_beside(FakeRunner(), resting, rest) == [["cpu1"], ["cpu3"]]


def test_a_drain_that_is_wanted_for_itself_is_asked_for_once_more_until_its_time_is_over() -> None:
    runner = FakeRunner(held=[{("cpu1", "waiting"): "job 7"}, {("cpu1", "late"): "job 7"}])
    rest = HostChange(connection("cpu1"), (), {}, drain=Drain(("slurm",), (), "twinstack: maintenance", 30, stays=True))
    result = apply(runner, rest)["cpu1"]
    assert result.held == "job 7"
    assert groups(runner) == [{"drain_slurm": ["cpu1"]}, {"drain_slurm": ["cpu1"]}]
