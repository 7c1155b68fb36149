"""Drift on every role: damaged by hand, seen by one refresh, repaired by one up, and nothing else touched."""

from __future__ import annotations

import pytest

from tests.sandbox.damage import SANDBOX
from tests.sandbox.stories import apply, hurt, refresh, told
from tests.sandbox.world import Done, Pairs, World

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("up")]

DAMAGED: Pairs = {(case.host, role) for role, case in SANDBOX.items()}


@pytest.fixture(scope="module")
def found(world: World) -> Done:
    """A refresh after every role was damaged on some host, on a site that had nothing to repair before."""
    refresh(world)
    apply(world)
    hurt(world, SANDBOX)
    before = world.runs()
    done = refresh(world)
    print(f"refresh of eight hosts: {done.seconds:.0f} s")
    # One for hosts, which asks both schedulers too, and one for the accounting database.
    assert len([run for run in world.runs() if run not in before]) == 2
    return done


@pytest.mark.parametrize("role", SANDBOX)
def test_damage_to_a_role_is_found_in_words(world: World, found: Done, role: str) -> None:
    case = SANDBOX[role]
    assert case.found in told(world, case.host, role)
    assert f"host {case.host}: role {role}: " in found.output


@pytest.mark.usefixtures("found")
def test_nothing_else_is_found(world: World) -> None:
    assert set(world.drift()) == DAMAGED


def test_a_changed_text_is_shown_as_a_difference_and_a_secret_is_not(found: Done) -> None:
    assert "-# by hand" in found.output
    assert "munge.key changed" not in found.output


@pytest.mark.usefixtures("found")
def test_a_preview_names_what_was_found_and_up_repairs_just_that(world: World) -> None:
    assert world.previewed() == DAMAGED
    assert apply(world) == DAMAGED
    refresh(world)
    assert world.drift() == {}
    assert world.previewed() == set()


@pytest.mark.usefixtures("found")
def test_a_persons_drain_is_told_and_left(world: World) -> None:
    world.on("ctl1", "scontrol", "update", "nodename=cpu2", "state=drain", "reason=bad dimm")
    try:
        done = refresh(world)
        assert "warning: host cpu2: node drained: bad dimm" in done.output
        assert world.drift() == {}
        assert apply(world) == set()
        assert "DRAIN" in world.on("ctl1", "scontrol", "show", "node", "cpu2")
    finally:
        world.on("ctl1", "scontrol", "update", "nodename=cpu2", "state=resume")


@pytest.mark.usefixtures("found")
def test_a_host_that_cannot_be_reached_keeps_its_state_and_the_others_are_seen(world: World) -> None:
    world.on("cpu1", "systemctl", "stop", "slurmd")
    route = ("unreachable", "10.78.0.31/32")
    assert world.sandbox("exec", "--", "ip", "route", "add", *route).code == 0
    try:
        done = refresh(world)
    finally:
        assert world.sandbox("exec", "--", "ip", "route", "del", *route).code == 0
    assert "host kube1: not observed, its state stays as it was: unreachable" in done.output
    assert set(world.drift()) == {("cpu1", "slurm-compute")}
    assert apply(world) == {("cpu1", "slurm-compute")}


@pytest.mark.usefixtures("found")
def test_drift_in_accounting_is_seen_and_repaired(world: World) -> None:
    world.on("ctl1", "sacctmgr", "--immediate", "modify", "qos", "urgent", "set", "priority=5")
    world.on("ctl1", "sacctmgr", "--immediate", "delete", "user", "name=bo", "account=climate")
    done = refresh(world)
    assert "SlurmQos urgent updated" in done.output
    assert "SlurmAssociation climate-bo deleted" in done.output
    apply(world)
    listed = world.on("ctl1", "sacctmgr", "--noheader", "--parsable2", "list", "qos", "format=name,priority")
    assert "urgent|1000" in listed
    assert "unchanged" in refresh(world).output
    assert world.previewed() == set()
