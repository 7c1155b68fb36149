from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.hosts import World
from twinstack.provider.errors import PartialError, ProviderError
from twinstack.provider.waves import CONTROL_PLANE
from twinstack.rendering.model import RoleSpec

DOWN = {"flags": ["DOWN", "NOT_RESPONDING"], "reason": "Not responding", "by": "slurm"}


def told(folder: Path, **said: Any) -> World:
    """Slurm of two hosts says this when it is asked."""
    return World(folder, facts=lambda _host: {"roles": {}, "texts": {}, "schedulers": {"slurm": said}})


def change(world: World, **settings: Any) -> None:
    changes = {"drain": True, "peers": {"slurm": "cpu[1-2]"}, **settings}
    world.update(world.host(**changes), world.host("two\n", **changes))


def test_a_control_plane_is_left_alone_while_another_is_out(tmp_path: Path) -> None:
    node = {"known": True, "ready": False, "message": "no kubelet", "cordoned": False, "other": []}
    facts = {"roles": {}, "texts": {}, "schedulers": {"kubernetes": {"nodes": {"ctl2": node}}}}
    world = World(tmp_path, facts=lambda _host: facts)

    def plane(text: str) -> dict[str, Any]:
        manifest = world.store.put(RoleSpec(CONTROL_PLANE, "first", params={"config": text}, drain=True).text)
        around = {"controllers": {"kubernetes": {"name": "ctl1", "address": "10.0.0.2"}}, "controlPlanes": "ctl2,cpu1"}
        return world.host(roles={CONTROL_PLANE: text}, specs={CONTROL_PLANE: manifest}, **around)

    with pytest.raises(ProviderError, match=r"host cpu1: not begun: .* ctl2 \(Kubernetes: node not ready") as caught:
        world.update(plane("one"), plane("two"))
    assert not isinstance(caught.value, PartialError)
    assert world.groups == [{"observe": ["ctl1"]}]


def test_a_host_goes_on_beside_one_that_is_out(tmp_path: Path) -> None:
    world = told(tmp_path, nodes={"cpu2": DOWN})
    change(world)
    assert [sorted(groups) for groups in world.groups] == [["observe"], ["drain_slurm", "lift_slurm", "slurm_compute"]]


def test_a_host_that_is_out_itself_goes_on(tmp_path: Path) -> None:
    world = told(tmp_path, nodes={"cpu1": DOWN})
    change(world)
    assert [sorted(groups) for groups in world.groups] == [["observe"], ["drain_slurm", "lift_slurm", "slurm_compute"]]


def test_a_scheduler_that_cannot_be_asked_is_told_and_the_host_goes_on(tmp_path: Path) -> None:
    world = told(tmp_path, problem="timed out")
    change(world)
    (warning,) = [message for kind, _, message in world.log.said if kind == "warning"]
    assert warning.startswith("Slurm on ctl1 cannot be asked which hosts are out of service")
    assert len(world.groups) == 2


def test_who_disturbs_nobody_asks_nobody(tmp_path: Path) -> None:
    world = told(tmp_path, nodes={"cpu2": DOWN})
    change(world, drain=False)
    assert [sorted(groups) for groups in world.groups] == [["lift_slurm", "slurm_compute"]]


def test_a_node_that_leaves_by_a_change_of_the_first_controller_is_drained_before_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.runner.plays = ("drain_slurm", "slurm_controller")

    def controller(members: str) -> dict[str, Any]:
        params = {"members": members, "primary": "cpu1", "leaving": {"timeout": 900}}
        manifest = world.store.put(RoleSpec("slurm-controller", "controller", params=params).text)
        return world.host(roles={"slurm-controller": members}, specs={"slurm-controller": manifest})

    world.update(controller("cpu[1-2]"), controller("cpu1"))
    assert world.groups == [{"drain_slurm": ["cpu2"]}, {"slurm_controller": ["cpu1"]}]
    play = world.runner.seen[0]
    assert play.hosts == {"cpu2": {"twinstack_slurm_controller": "cpu1"}}
    assert play.connections["cpu2"].address == play.connections["cpu1"].address


def test_who_counts_together_is_no_difference(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert world.diff(world.host(peers={"slurm": "cpu1"}), world.host(peers={"slurm": "cpu[1-9]"})) == {}
