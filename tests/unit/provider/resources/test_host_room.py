from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.hosts import World
from twinstack.provider.errors import PartialError, ProviderError
from twinstack.rendering.model import RoleSpec

DOWN = {"flags": ["DOWN", "NOT_RESPONDING"], "reason": "Not responding", "by": "slurm"}


def told(folder: Path, **said: Any) -> World:
    """Slurm of two hosts says this when it is asked."""
    return World(folder, facts=lambda _host: {"roles": {}, "texts": {}, "schedulers": {"slurm": said}})


def change(world: World, **settings: Any) -> None:
    changes = {"drain": True, "peers": {"slurm": "cpu[1-2]"}, **settings}
    world.update(world.host(**changes), world.host("two\n", **changes))


def test_a_host_is_left_alone_while_as_many_of_its_pool_are_out_as_may_be(tmp_path: Path) -> None:
    world = told(tmp_path, nodes={"cpu2": DOWN})
    with pytest.raises(ProviderError, match=r"host cpu1: not begun: .* cpu2 \(Slurm: node down") as caught:
        change(world)
    assert not isinstance(caught.value, PartialError)
    assert world.groups == [{"observe": ["ctl1"]}]


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
