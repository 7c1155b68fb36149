from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.fakes import FakeLog, FakeRunner, connection
from tests.unit.provider.manifests import host
from twinstack.provider.census import Census, beside
from twinstack.provider.host_change import HostChange
from twinstack.provider.host_state import HostState
from twinstack.provider.questions import Nodes
from twinstack.provider.store import Store
from twinstack.provider.waves import CONTROL_PLANE, Out

DRAINED = {"flags": ["IDLE", "DRAIN"], "reason": "bad dimm", "by": "root"}
LEFT = {"flags": ["IDLE", "DRAIN"], "reason": "twinstack: change of slurm-compute", "by": "root"}
DOWN = {"flags": ["DOWN", "NOT_RESPONDING"], "reason": "Not responding", "by": "slurm"}
FINE: dict[str, Any] = {"known": True, "ready": True, "message": "", "cordoned": False, "other": []}


class World:
    """A controller of both schedulers and hosts that are to be disturbed."""

    def __init__(self) -> None:
        self.log = FakeLog()
        self.said: dict[str, Mapping[str, object]] = {}
        self.runner = FakeRunner(("observe",), facts=lambda _name: {"roles": {}, "schedulers": self.said})

    def out(self, *changes: HostChange) -> dict[str, Out]:
        return asyncio.run(Census(self.runner, self.log).out(changes))

    @property
    def warnings(self) -> list[str]:
        return [message for kind, _, message in self.log.said if kind == "warning"]


def change(name: str, slurm: str = "", kubernetes: str = "", most: int = 1) -> HostChange:
    every = {"slurm": slurm.split(), "kubernetes": kubernetes.split()}
    nodes = tuple(Nodes(side, connection("ctl1"), frozenset(names)) for side, names in every.items() if names)
    disturbs = {"slurm-compute": ("slurmd",)}
    return HostChange(connection(name), (), {}, pool="batch", max_unavailable=most, disturbs=disturbs, beside=nodes)


@pytest.fixture
def world() -> World:
    return World()


def test_one_run_asks_each_scheduler_once_on_its_controller_alone(world: World) -> None:
    assert world.out(change("cpu1", "cpu1 cpu2"), change("both1", "both1 both2", "both1 both2")) == {}
    (play,) = world.runner.seen
    assert (play.playbook, play.groups, set(play.connections)) == ("observe.yml", {"observe": ["ctl1"]}, {"ctl1"})
    plain = {"labels": {}, "taints": []}
    assert play.hosts["ctl1"] == {
        "twinstack_observed": {},
        "twinstack_ask": {
            "slurm": dict.fromkeys(("cpu1", "cpu2", "both1", "both2"), plain),
            "kubernetes": dict.fromkeys(("both1", "both2"), plain),
        },
    }


def test_nobody_is_asked_where_it_does_not_matter(world: World) -> None:
    assert world.out(change("cpu1", "cpu1"), change("cpu2", "cpu2 cpu3", most=2), change("login1")) == {}
    assert world.runner.seen == []


def test_who_is_down_drained_cordoned_or_not_ready_is_out_each_with_its_words(world: World) -> None:
    world.said = {
        "slurm": {"nodes": {"cpu2": DOWN, "cpu3": DRAINED, "cpu4": LEFT}},
        "kubernetes": {
            "nodes": {
                "kube2": FINE | {"ready": False, "message": "no CNI"},
                "kube3": FINE | {"cordoned": True},
                "kube4": FINE | {"other": ["cordoned: twinstack: maintenance"]},
            }
        },
    }
    assert world.out(change("cpu1", "cpu1 cpu2 cpu3 cpu4", "kube2 kube3 kube4")) == {
        "cpu2": Out("Slurm: node down: Not responding"),
        "cpu3": Out("Slurm: node drained: bad dimm (by root)", lasts=True),
        "cpu4": Out("Slurm: node drained: twinstack: change of slurm-compute (by root)"),
        "kube2": Out("Kubernetes: node not ready: no CNI"),
        "kube3": Out("Kubernetes: node cordoned", lasts=True),
        "kube4": Out("Kubernetes: cordoned: twinstack: maintenance"),
    }


def test_a_split_host_is_out_when_either_scheduler_says_so(world: World) -> None:
    world.said = {
        "slurm": {"nodes": {"both2": DOWN}},
        "kubernetes": {"nodes": {"both2": FINE | {"cordoned": True}}},
    }
    found = world.out(change("both1", "both1 both2", "both1 both2"))
    assert found == {"both2": Out("Slurm: node down: Not responding; Kubernetes: node cordoned", lasts=True)}


def test_a_host_that_its_scheduler_does_not_know_has_not_been_in_service(world: World) -> None:
    world.said = {
        "slurm": {"nodes": {"cpu2": {"flags": [], "reason": "", "by": ""}}},
        "kubernetes": {"nodes": {"kube2": FINE | {"known": False, "ready": False}}},
    }
    assert world.out(change("cpu1", "cpu1 cpu2", "kube2")) == {}


def test_a_scheduler_that_does_not_answer_is_named_and_holds_nobody_up(world: World) -> None:
    world.said = {"slurm": {"problem": "timed out"}, "kubernetes": {"nodes": {"kube2": FINE | {"cordoned": True}}}}
    assert world.out(change("cpu1", "cpu1 cpu2", "kube2")) == {"kube2": Out("Kubernetes: node cordoned", lasts=True)}
    assert world.warnings == [
        (
            "Slurm on ctl1 cannot be asked which hosts are out of service, so max_unavailable counts only those that "
            "fail in this run: timed out"
        )
    ]


def test_a_controller_that_cannot_be_reached_is_named_and_holds_nobody_up(world: World) -> None:
    world.runner.down = {"ctl1"}
    assert world.out(change("cpu1", "cpu1 cpu2")) == {}
    (why,) = world.warnings
    assert why.endswith("fail in this run: unreachable (play observe): No route to host")
    world.runner.crash = "observe"
    assert world.out(change("cpu1", "cpu1 cpu2")) == {}
    assert world.warnings[-1].endswith("ansible-playbook ended with 1")


def test_a_host_counts_with_its_pool_and_a_disturbed_control_plane_with_all_of_them(tmp_path: Path) -> None:
    controllers = {side: {"name": "ctl1", "address": "10.0.0.2"} for side in ("slurm", "kubernetes")}
    folded = {"peers": {"slurm": "cpu[1-3]", "kubernetes": "cpu3"}, "controlPlanes": "ctl[1-2]"}
    state = HostState.of(host(Store(tmp_path), controllers=controllers, **folded))
    pool = [(nodes.scheduler, set(nodes.names)) for nodes in beside(state, {"slurm-compute": ()})]
    assert pool == [("slurm", {"cpu1", "cpu2", "cpu3"}), ("kubernetes", {"cpu3"})]
    planes = [(nodes.scheduler, set(nodes.names)) for nodes in beside(state, {CONTROL_PLANE: ()})]
    assert planes == [("kubernetes", {"ctl1", "ctl2"})]
    alone = HostState.of(host(Store(tmp_path), **folded))
    assert [nodes.scheduler for nodes in beside(alone, {})] == ["slurm"]
