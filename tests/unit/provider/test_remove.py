from __future__ import annotations

import asyncio
from typing import Any

from tests.unit.provider.fakes import FakeRunner, connection
from twinstack.provider.host_state import HostState
from twinstack.provider.remove import GONE, Removal, Remover, removal_of

PLAYS = ("drain_slurm", "drain_kubernetes", "leave_kubernetes", "reset_kubernetes", "stop")
CONTROLLERS = {"slurm": connection("ctl1"), "kubernetes": connection("ctl1")}


def removal(name: str, *roles: str, **settings: Any) -> Removal:
    return Removal(connection(name), roles, ("x.service",), CONTROLLERS, **settings)


def problems(runner: FakeRunner, *removals: Removal) -> list[str | None]:
    return asyncio.run(Remover(runner).remove(removals))


def groups(*removals: Removal) -> dict[str, list[str]]:
    """The groups of the run that serves them."""
    runner = FakeRunner(PLAYS)
    assert set(problems(runner, *removals)) == {None}
    return {group: list(members) for play in runner.seen for group, members in play.groups.items()}


def test_a_host_leaves_the_schedulers_it_serves_and_is_stopped() -> None:
    assert groups(removal("cpu1", "base", "slurm-compute"), removal("kube1", "kubernetes-worker")) == {
        "drain_slurm": ["cpu1"],
        "drain_kubernetes": ["kube1"],
        "leave_kubernetes": ["kube1"],
        "reset_kubernetes": ["kube1"],
        "stop": ["cpu1", "kube1"],
    }


def test_the_controllers_are_reachable_and_named() -> None:
    runner = FakeRunner(PLAYS)
    problems(runner, removal("cpu1", "slurm-compute"))
    (play,) = runner.seen
    assert set(play.connections) == {"ctl1", "cpu1"}
    assert play.hosts["cpu1"]["twinstack_slurm_controller"] == "ctl1"


def test_a_host_whose_controller_goes_too_has_nothing_to_leave() -> None:
    assert groups(removal("cpu1", "slurm-compute"), removal("ctl1", "slurm-controller")) == {"stop": ["cpu1", "ctl1"]}


def test_a_host_in_maintenance_is_only_taken_out_of_the_schedulers() -> None:
    assert groups(removal("kube1", "kubernetes-worker", contact=False)) == {
        "drain_kubernetes": ["kube1"],
        "leave_kubernetes": ["kube1"],
    }
    assert groups(removal("cpu1", "slurm-compute", contact=False)) == {"drain_slurm": ["cpu1"]}


def test_nothing_runs_where_nothing_is_to_be_done() -> None:
    assert groups(removal("cpu1", "base", contact=False)) == {}


def test_units_are_stopped_last_started_first_and_the_operators_way_in_stays() -> None:
    units = ["base:sshd.service", "munge:munge.service", "slurm-compute:munge.service", "slurm-compute:slurmd.service"]
    host = HostState.of({"name": "cpu1", "roles": {"base": "1", "munge": "2", "slurm-compute": "3"}, "units": units})
    assert removal_of(host, ("base", "munge", "slurm-compute")).units == ("slurmd.service", "munge.service")
    assert removal_of(host, ("slurm-compute",)).units == ("slurmd.service",)


def test_each_host_has_its_own_problem_and_an_unreachable_one_a_way_out() -> None:
    runner = FakeRunner(PLAYS, failing={("cpu1", "stop"): "no such unit"}, down={"cpu2"})
    one, two, three = problems(runner, *(removal(f"cpu{n}", "munge") for n in (1, 2, 3)))
    assert one == 'not removed: host cpu1: step stop: task "Apply": no such unit\nlog: /runs/1'
    assert two == f"not removed: host cpu2: unreachable (step stop): No route to host\nlog: /runs/1{GONE}"
    assert three is None


def test_one_that_is_not_free_stays_drained_and_does_not_keep_others() -> None:
    runner = FakeRunner(PLAYS, held=[{("cpu1", "late"): "job 7 of ana (running)"}])
    one, two, three = problems(
        runner, removal("cpu1", "slurm-compute"), removal("cpu2", "slurm-compute"), removal("stor1", "nfs-server")
    )
    assert "not removed: host cpu1: not begun: Slurm still runs job 7 of ana (running)" in str(one)
    assert "It stays drained" in str(one)
    assert (two, three) == (None, None)


def test_a_drain_for_a_removal_says_so_and_has_the_pools_time() -> None:
    runner = FakeRunner(PLAYS)
    problems(runner, removal("cpu1", "slurm-compute", drain_timeout=60))
    drains: Any = runner.seen[0].variables["twinstack_drains"]
    assert drains["slurm"]["cpu1"]["reason"] == "twinstack: removal"
    assert 0 < drains["slurm"]["cpu1"]["timeout"] <= 60


def test_a_target_is_the_machines_own() -> None:
    units = ["nfs-client:remote-fs.target", "nfs-client:home.automount"]
    host = HostState.of({"name": "cpu1", "roles": {"nfs-client": "1"}, "units": units})
    assert removal_of(host, ("nfs-client",)).units == ("home.automount",)


def test_a_run_that_ended_early_is_not_taken_for_a_removal() -> None:
    (problem,) = problems(FakeRunner(PLAYS, crash="stop"), removal("cpu1", "munge"))
    assert "not removed: host cpu1: not applied: stop: ansible-playbook ended with 1" in str(problem)
