from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.fakes import FakeRunner
from tests.unit.provider.manifests import KEY, host
from twinstack.provider.host_state import HostState
from twinstack.provider.observe import Observation, Observer, Seen
from twinstack.provider.store import Store
from twinstack.rendering.model import digest_of

ROLE = "slurm-compute"
NOTHING: dict[str, Any] = {"roles": {ROLE: []}, "texts": {}, "schedulers": {}}
DRAINED = {"flags": ["IDLE", "DRAIN"], "reason": "bad dimm", "by": "root"}


class World:
    """Two compute hosts and their controller, which is not observed itself."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.said: dict[str, Mapping[str, object]] = {}
        self.runner = FakeRunner(("observe",), facts=lambda name: self.said.get(name, NOTHING))

    def observe(self, *names: str, **changes: Any) -> list[Seen]:
        hosts = [HostState.of(host(self.store, name=name, **changes)) for name in names]
        wanted = [Observation(one, (ROLE,)) for one in hosts]
        return asyncio.run(Observer(self.runner, self.store).observe(wanted))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_one_run_asks_every_host_and_the_controller_once_for_all(world: World) -> None:
    assert world.observe("cpu1", "cpu2") == [Seen(), Seen()]
    (play,) = world.runner.seen
    assert play.groups == {"observe": ["ctl1", "cpu1", "cpu2"]}
    assert set(play.hosts["ctl1"]["twinstack_ask"]["slurm"]) == {"cpu1", "cpu2"}  # type: ignore[index]
    assert play.hosts["cpu1"]["twinstack_ask"] == {}
    assert play.secrets[f"cpu2:{KEY}"] == digest_of("hush\n")
    assert digest_of("hush\n") not in str(play.hosts)


def test_findings_are_drift_of_that_host_alone(world: World) -> None:
    world.said["cpu1"] = {**NOTHING, "roles": {ROLE: ["slurmd.service stopped"]}}
    first, second = world.observe("cpu1", "cpu2")
    assert first.drift[ROLE].found == ("slurmd.service stopped",)
    assert second == Seen()


def test_a_persons_drain_is_only_told(world: World) -> None:
    world.said["ctl1"] = {"roles": {}, "schedulers": {"slurm": {"nodes": {"cpu2": DRAINED}}}}
    assert world.observe("cpu1", "cpu2") == [Seen(), Seen(warnings=("node drained: bad dimm (by root)",))]


def test_an_unreachable_host_keeps_nobody_else_from_being_seen(world: World) -> None:
    world.runner.down = {"cpu1"}
    first, second = world.observe("cpu1", "cpu2")
    assert first.problem is not None
    assert first.problem.startswith("unreachable (play observe): No route to host")
    assert second == Seen()


def test_a_run_that_was_cut_off_is_a_problem_of_all(world: World) -> None:
    world.runner.crash = "observe"
    assert [seen.problem for seen in world.observe("cpu1", "cpu2")] == [
        "ansible-playbook ended with 1\nlog: /runs/1"
    ] * 2


def test_a_host_of_which_too_little_is_known_is_not_contacted(world: World) -> None:
    (seen,) = world.observe("cpu1", specs={})
    assert "manifest of role slurm-compute" in str(seen.problem)
    assert world.runner.seen == []


def test_a_silent_scheduler_is_told_by_the_host_that_speaks_for_it(world: World) -> None:
    world.said["ctl1"] = {"roles": {ROLE: []}, "schedulers": {"slurm": {"problem": "timed out"}}}
    controller, compute = world.observe("ctl1", "cpu1")
    assert controller.warnings == ("slurm on ctl1 does not answer, so nothing is known of its nodes: timed out",)
    assert compute == Seen()
