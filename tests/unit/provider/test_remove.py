from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import yaml

from tests.unit.provider.fakes import FakeLog, FakeRunner, connection
from twinstack.provider.connection import Connection
from twinstack.provider.host_state import HostState
from twinstack.provider.remove import GONE, PLAYBOOK, Removal, Remover, removal_of
from twinstack.provider.wanted import Wanted

PLAYS = (
    "drain_slurm",
    "drain_kubernetes",
    "release_kubernetes",
    "keep_kubernetes",
    "leave_kubernetes",
    "reset_kubernetes",
    "halt_kubernetes",
    "stop",
)
CONTROLLERS = {"slurm": connection("ctl1"), "kubernetes": connection("ctl1")}
PLANE = "kubernetes-control-plane"
PLAYBOOKS = Path(__file__).resolve().parents[3] / "playbooks"


def removal(name: str, *roles: str, controllers: dict[str, Connection] | None = None, **settings: Any) -> Removal:
    asked = CONTROLLERS if controllers is None else controllers
    return Removal(connection(name), roles, (("x", "x.service"),), asked, **settings)


def problems(
    runner: FakeRunner, *removals: Removal, wanted: Wanted | None = None, log: FakeLog | None = None
) -> list[str | None]:
    return asyncio.run(Remover(runner, log or FakeLog(), wanted or Wanted()).remove(removals))


def groups(*removals: Removal, wanted: Wanted | None = None) -> dict[str, list[str]]:
    """The groups of the run that serves them."""
    runner = FakeRunner(PLAYS)
    assert set(problems(runner, *removals, wanted=wanted)) == {None}
    return {group: list(members) for play in runner.seen for group, members in play.groups.items()}


def test_a_host_leaves_the_schedulers_it_serves_and_is_stopped() -> None:
    assert groups(removal("cpu1", "base", "slurm-compute"), removal("kube1", "kubernetes-worker")) == {
        "drain_slurm": ["cpu1"],
        "drain_kubernetes": ["kube1"],
        "release_kubernetes": ["kube1"],
        "leave_kubernetes": ["kube1"],
        "reset_kubernetes": ["kube1"],
        "stop": ["cpu1", "kube1"],
    }


def test_a_control_plane_whose_cluster_goes_on_keeps_what_cannot_be_made_again_before_it_is_reset() -> None:
    found = groups(removal("ctl2", PLANE), removal("kube1", "kubernetes-worker"))
    assert found["keep_kubernetes"] == ["ctl2"]
    assert found["leave_kubernetes"] == found["reset_kubernetes"] == ["ctl2", "kube1"]
    assert PLAYS.index("keep_kubernetes") < PLAYS.index("leave_kubernetes") < PLAYS.index("reset_kubernetes")


def test_only_control_planes_leave_etcd_and_hand_the_address_on() -> None:
    host = HostState.of(
        {
            "name": "ctl2",
            "address": "10.0.0.2",
            "roles": {"kubernetes-endpoint": "1", PLANE: "2"},
            "units": ["kubernetes-endpoint:keepalived.service", f"{PLANE}:kubelet.service"],
            "controllers": {"kubernetes": {"name": "ctl1", "address": "10.0.0.1"}},
        }
    )
    runner = FakeRunner(PLAYS)
    problems(runner, removal_of(host, tuple(host.roles)), removal("kube1", "kubernetes-worker"))
    (play,) = runner.seen
    assert play.hosts["ctl2"]["twinstack_members"] == play.hosts["kube1"]["twinstack_members"] == {"ctl2": "10.0.0.2"}
    assert play.hosts["ctl2"]["twinstack_endpoint_units"] == ["keepalived.service"]
    assert play.hosts["kube1"]["twinstack_endpoint_units"] == []


def test_a_cluster_that_goes_as_a_whole_is_stopped_and_not_reset() -> None:
    planes = [removal(name, PLANE) for name in ("ctl1", "ctl2", "ctl3")]
    assert groups(*planes, removal("kube1", "kubernetes-worker")) == {
        "halt_kubernetes": ["ctl1", "ctl2", "ctl3", "kube1"],
        "stop": ["ctl1", "ctl2", "ctl3", "kube1"],
    }


def test_a_controller_that_loses_another_role_stays_to_be_asked() -> None:
    found = groups(removal("kube1", "kubernetes-worker"), removal("ctl1", "nfs-client"))
    assert found["leave_kubernetes"] == ["kube1"]


def test_the_control_plane_that_stays_is_asked_for_the_one_that_the_host_knew() -> None:
    wanted = Wanted()
    wanted.take(host_of("ctl2", PLANE, asked="ctl2"))
    runner = FakeRunner(PLAYS)
    problems(runner, removal("ctl1", PLANE), wanted=wanted)
    (play,) = runner.seen
    assert play.groups["leave_kubernetes"] == play.groups["reset_kubernetes"] == ["ctl1"]
    assert play.hosts["ctl1"]["twinstack_control_plane"] == "ctl2"
    assert set(play.connections) == {"ctl1", "ctl2"}


def host_of(name: str, role: str, asked: str) -> HostState:
    controllers = {"kubernetes": {"name": asked, "address": "10.0.0.9"}}
    return HostState.of({"name": name, "roles": {role: "1"}, "controllers": controllers})


def test_the_playbook_has_a_play_for_every_step_in_this_order() -> None:
    plays = yaml.safe_load((PLAYBOOKS / PLAYBOOK).read_text())
    assert [play["hosts"] for play in plays if "hosts" in play] == list(PLAYS[2:])


def test_it_is_shown_what_is_waited_for_beside_the_host() -> None:
    runner, log = FakeRunner(PLAYS, held=[{("cpu1", "waiting"): "job 7 of ana (running)"}]), FakeLog()
    assert problems(runner, removal("cpu1", "slurm-compute", urn="urn:cpu1"), log=log) == [None]
    shown = [message for kind, urn, message in log.said if (kind, urn) == ("status", "urn:cpu1")]
    assert shown == [
        "is drained in Slurm",
        "waits: Slurm still runs job 7 of ana (running)",
        "is drained in Slurm",
        "step stop",
    ]
    windows = [play.variables["twinstack_drain_window"] for play in runner.seen]
    assert windows == [5, 300]


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
    dead = groups(removal("ctl2", PLANE, contact=False))
    assert dead == {"drain_kubernetes": ["ctl2"], "leave_kubernetes": ["ctl2"]}
    assert groups(removal("cpu1", "slurm-compute", contact=False)) == {"drain_slurm": ["cpu1"]}


def test_nothing_runs_where_nothing_is_to_be_done() -> None:
    assert groups(removal("cpu1", "base", contact=False)) == {}


def test_units_are_stopped_last_started_first_and_the_operators_way_in_stays() -> None:
    units = ["base:sshd.service", "munge:munge.service", "slurm-compute:munge.service", "slurm-compute:slurmd.service"]
    host = HostState.of({"name": "cpu1", "roles": {"base": "1", "munge": "2", "slurm-compute": "3"}, "units": units})
    assert removal_of(host, ("base", "munge", "slurm-compute")).units_of() == ["slurmd.service", "munge.service"]
    assert removal_of(host, ("slurm-compute",)).units_of() == ["slurmd.service"]


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
    assert removal_of(host, ("nfs-client",)).units_of() == ["home.automount"]


def test_a_run_that_ended_early_is_not_taken_for_a_removal() -> None:
    (problem,) = problems(FakeRunner(PLAYS, crash="stop"), removal("cpu1", "munge"))
    assert "not removed: host cpu1: not applied: stop: ansible-playbook ended with 1" in str(problem)
