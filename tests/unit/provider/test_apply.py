from __future__ import annotations

import asyncio
from typing import Any

from tests.unit.provider.fakes import FakeRunner, connection
from twinstack.provider.apply import Applier, HostChange, HostResult, progress
from twinstack.provider.runner import Event


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
