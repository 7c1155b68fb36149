from __future__ import annotations

from pathlib import Path

import pytest
from pulumi.provider.experimental.provider import PropertyDiffKind

from tests.unit.provider.hosts import ROLE, URN, World
from tests.unit.provider.manifests import host
from twinstack.provider.errors import PartialError, ProviderError
from twinstack.provider.resources.base import Call
from twinstack.provider.store import Store

STOPPED = {"found": ["slurmd.service stopped"]}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_host_is_created_by_applying_every_role(world: World) -> None:
    wanted = world.host()
    assert world.create(wanted) == wanted
    assert world.groups == [{"slurm_compute": ["cpu1"]}]
    assert world.runner.seen[0].secrets == {"munge-key": "hush"}
    assert ("status", URN, "role slurm-compute") in world.log.said


def test_an_update_without_pending_roles_contacts_nobody(world: World) -> None:
    old, new = world.host(), world.host(port=2222, pool="other")
    assert set(world.diff(old, new)) == {"port", "pool"}
    assert world.update(old, new) == new
    assert world.runner.seen == []


def test_a_preview_contacts_nobody_and_says_why(world: World) -> None:
    preview = Call(URN, "cpu1", preview=True)
    new = world.host("two\n")
    assert world.update(world.host(), new, preview) == new
    assert world.create(new, preview) == new
    assert world.runner.seen == []
    assert [said for said in world.log.said if said[0] == "info"] == [
        ("info", URN, "host cpu1: role slurm-compute: /etc/slurm/cgroup.conf (restarts slurmd.service)")
    ]


def test_the_difference_is_by_role_secret_and_own_text(world: World) -> None:
    new = world.host(
        "two\n",
        ownFiles={f"{ROLE}:/etc/hostname": "other\n"},
        own={ROLE: {"cores": [0], "memory": 1}},
        secrets={ROLE: {"munge-key": "new"}},
    )
    assert world.diff(world.host(), new) == {
        f'roles["{ROLE}"]': PropertyDiffKind.UPDATE,
        f'secrets["{ROLE}"]["munge-key"]': PropertyDiffKind.UPDATE,
        f'ownFiles["{ROLE}:/etc/hostname"]': PropertyDiffKind.UPDATE,
        f'own["{ROLE}"]["cores"]': PropertyDiffKind.UPDATE,
        f'own["{ROLE}"]["memory"]': PropertyDiffKind.ADD,
    }


def test_no_difference_is_none(world: World) -> None:
    assert world.diff(world.host(), world.host()) == {}


def test_another_name_is_another_host(world: World) -> None:
    assert world.resource.diff(world.host(), world.host(name="cpu9")).replaces == ("name",)


def test_a_role_that_failed_in_part_is_not_recorded_as_applied(tmp_path: Path) -> None:
    world = World(tmp_path, failing={("cpu1", "slurm_compute"): "no"})
    with pytest.raises(PartialError, match="role slurm-compute") as caught:
        world.update(world.host(), world.host("two\n"))
    assert caught.value.properties["roles"] == {}
    assert caught.value.resource_id == "cpu1"
    state = {**caught.value.properties}
    assert world.diff(state, world.host()) == {f'roles["{ROLE}"]': PropertyDiffKind.ADD}


UNITS = [f"{ROLE}:slurmd.service", f"{ROLE}:old.service"]


def test_a_unit_that_a_role_no_longer_has_is_handed_to_it(world: World) -> None:
    world.update(world.host(units=UNITS), world.host("two\n"))
    assert world.runner.seen[0].hosts["cpu1"]["twinstack_roles"][ROLE]["leaving"] == ["old.service"]  # type: ignore[index]


def test_a_unit_that_was_to_end_when_the_change_failed_is_not_forgotten(tmp_path: Path) -> None:
    world = World(tmp_path, failing={("cpu1", "slurm_compute"): "/scratch is in use"})
    with pytest.raises(PartialError) as caught:
        world.update(world.host(units=UNITS), world.host("two\n"))
    assert caught.value.properties["units"] == UNITS
    world.runner.failing.clear()
    again = world.update(caught.value.properties, world.host("two\n"))
    assert world.runner.seen[-1].hosts["cpu1"]["twinstack_roles"][ROLE]["leaving"] == ["old.service"]  # type: ignore[index]
    assert again["units"] == world.host()["units"]


def test_units_of_a_host_in_maintenance_and_of_a_role_that_could_not_be_removed_stay_known(tmp_path: Path) -> None:
    world = World(tmp_path, failing={("cpu1", "stop"): "no"})
    resting = world.update(world.host(units=UNITS), world.host("two\n", maintenance=True))
    assert resting["units"] == UNITS
    with pytest.raises(PartialError) as caught:
        world.update(world.host(units=UNITS), world.host(roles={}, units=[]))
    assert caught.value.properties["units"] == UNITS


def test_an_unreachable_host_keeps_its_old_state(tmp_path: Path) -> None:
    world = World(tmp_path, down={"cpu1"})
    with pytest.raises(ProviderError, match="unreachable") as caught:
        world.update(world.host(), world.host("two\n"))
    assert not isinstance(caught.value, PartialError)


def test_a_host_in_maintenance_is_recorded_but_not_contacted(world: World) -> None:
    resting = world.host("two\n", maintenance=True)
    state = world.update(world.host(), resting)
    assert state["roles"] == world.host()["roles"]
    assert world.create(resting)["roles"] == {}
    assert world.groups == [{"drain_slurm": ["cpu1"]}]
    assert world.runner.seen[0].variables["twinstack_drains"]["slurm"]["cpu1"]["reason"] == "twinstack: maintenance"  # type: ignore[index]
    assert ("warning", URN, "host cpu1 is in maintenance: recorded, not contacted") in world.log.said
    assert world.diff(state, world.host("three\n", maintenance=True)) == {}
    assert world.diff(state, world.host("two\n")) == {
        "maintenance": PropertyDiffKind.UPDATE,
        f'roles["{ROLE}"]': PropertyDiffKind.UPDATE,
    }


def test_a_machine_installed_anew_gets_every_role(world: World) -> None:
    new = world.host(hostKey="ssh-ed25519 NEW")
    assert f'roles["{ROLE}"]' in world.diff(world.host(), new)
    world.update(world.host(), new)
    assert world.groups == [{"slurm_compute": ["cpu1"]}]


def test_a_role_no_longer_wanted_is_taken_away_first(world: World) -> None:
    new = world.host(roles={}, specs={}, secrets={}, own={}, ownFiles={}, units=[])
    assert world.diff(world.host(), new)[f'roles["{ROLE}"]'] == PropertyDiffKind.DELETE
    world.update(world.host(), new)
    assert world.groups == [{"drain_slurm": ["cpu1"], "stop": ["cpu1"]}]


def test_a_removal_that_failed_leaves_the_roles_in_state(tmp_path: Path) -> None:
    world = World(tmp_path, failing={("cpu1", "stop"): "no"})
    with pytest.raises(PartialError) as caught:
        world.update(world.host(), world.host(roles={}, units=[]))
    assert caught.value.properties["roles"] == world.host()["roles"]


def test_deletion_drains_and_stops(world: World) -> None:
    world.delete(world.host())
    assert world.groups == [{"drain_slurm": ["cpu1"], "stop": ["cpu1"]}]
    assert world.runner.seen[0].hosts["cpu1"]["twinstack_units"] == ["slurmd.service"]


def test_deletion_in_maintenance_only_tells_the_controller(world: World) -> None:
    world.delete(world.host(maintenance=True))
    assert world.groups == [{"drain_slurm": ["cpu1"]}]


def test_a_deletion_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="not removed: host cpu1: unreachable"):
        World(tmp_path, down={"cpu1"}).delete(host(Store(tmp_path)))


def test_a_host_without_a_pinned_key_is_not_contacted(world: World) -> None:
    with pytest.raises(ProviderError, match="no SSH host key is pinned"):
        world.create(world.host(hostKey=""))
    assert world.runner.seen == []


def test_a_disruptive_change_is_drained_for_and_a_preview_says_so(world: World) -> None:
    old, new = world.host(drain=True), world.host("two\n", drain=True)
    world.update(old, new, Call(URN, "cpu1", preview=True))
    said = [message for kind, _, message in world.log.said if kind == "info"]
    assert "host cpu1: is drained in Slurm for slurm-compute: /etc/slurm/cgroup.conf" in said[0]
    assert said[1].startswith("pool batch: 1 host(s) disturbed, at most 1 at a time: 1 wave(s)")
    assert world.runner.seen == []
    world.update(old, new)
    assert world.groups == [{"drain_slurm": ["cpu1"], "slurm_compute": ["cpu1"], "lift_slurm": ["cpu1"]}]


def test_a_new_host_is_not_drained(world: World) -> None:
    world.create(world.host(drain=True))
    assert world.groups == [{"slurm_compute": ["cpu1"]}]


def test_a_change_that_failed_half_way_is_in_service_still(tmp_path: Path) -> None:
    world = World(tmp_path, failing={("cpu1", "slurm_compute"): "no"})
    with pytest.raises(PartialError, match="stays drained") as caught:
        world.update(world.host(drain=True), world.host("two\n", drain=True))
    state = caught.value.properties
    assert (state["roles"], state["halfDone"]) == ({}, [ROLE])
    world.runner.failing.clear()
    again = world.update(state, world.host("two\n", drain=True))
    assert world.groups[-1] == {"drain_slurm": ["cpu1"], "slurm_compute": ["cpu1"], "lift_slurm": ["cpu1"]}
    assert "halfDone" not in again


def test_maintenance_that_cannot_be_told_to_the_controller_has_not_begun(tmp_path: Path) -> None:
    world = World(tmp_path, failing={("cpu1", "drain_slurm"): "no route"})
    with pytest.raises(ProviderError, match="not drained in Slurm: no route"):
        world.update(world.host(), world.host(maintenance=True))


def test_maintenance_begins_under_running_jobs_and_says_which(tmp_path: Path) -> None:
    world = World(tmp_path, held=[{("cpu1", "late"): "job 7 of ana (running)"}])
    assert world.update(world.host(), world.host(maintenance=True))["maintenance"] is True
    assert ("warning", URN, "host cpu1 is drained for maintenance, with job 7 of ana (running)") in world.log.said


def test_a_host_leaves_maintenance_when_its_controller_has_taken_it_back(tmp_path: Path) -> None:
    world = World(tmp_path, failing={("cpu1", "lift_slurm"): "no route"})
    rest = world.host(maintenance=True)
    with pytest.raises(ProviderError, match="not returned to Slurm"):
        world.update(rest, world.host())
    world.runner.failing.clear()
    assert world.update(rest, world.host())["maintenance"] is False
    assert world.groups[-1] == {"lift_slurm": ["cpu1"]}


def test_a_failure_on_the_way_out_of_maintenance_leaves_the_drain_to_be_ended(tmp_path: Path) -> None:
    world = World(tmp_path, failing={("cpu1", "slurm_compute"): "no"})
    with pytest.raises(PartialError) as caught:
        world.update(world.host(maintenance=True), world.host("two\n"))
    assert caught.value.properties["maintenance"] is True


def test_a_state_tells_what_was_applied_not_what_was_wanted(world: World) -> None:
    old = world.host()
    state = world.update(old, world.host("two\n", maintenance=True))
    assert state["specs"] == old["specs"]


def seeing(folder: Path, *words: str) -> World:
    return World(folder, facts=lambda _host: {"roles": {ROLE: list(words)}, "texts": {}, "schedulers": {}})


def test_a_refresh_keeps_drift_by_role_and_says_it(tmp_path: Path) -> None:
    world = seeing(tmp_path, "slurmd.service stopped")
    state = world.read(world.host())
    assert state == {**world.host(), "drift": {ROLE: STOPPED}}
    assert ("info", URN, "host cpu1: role slurm-compute: slurmd.service stopped") in world.log.said


def test_drift_makes_a_role_pending_until_it_was_applied(tmp_path: Path) -> None:
    world = seeing(tmp_path)
    drifted = world.host(drift={ROLE: STOPPED})
    assert world.diff(drifted, world.host()) == {f'drift["{ROLE}"]': PropertyDiffKind.DELETE}
    assert world.update(drifted, world.host()) == world.host()
    assert world.groups == [{"slurm_compute": ["cpu1"], "lift_slurm": ["cpu1"]}]
    assert world.read(drifted) == world.host()


def test_a_preview_says_what_drifted(world: World) -> None:
    world.update(world.host(drift={ROLE: STOPPED}), world.host(), Call(URN, "cpu1", preview=True))
    assert ("info", URN, "host cpu1: role slurm-compute: slurmd.service stopped") in world.log.said


def test_units_of_a_silent_node_are_restarted(world: World) -> None:
    world.update(world.host(drift={ROLE: {"found": ["node down"], "restart": ["slurmd.service"]}}), world.host())
    roles = world.runner.seen[0].hosts["cpu1"]["twinstack_roles"]
    assert roles[ROLE]["restart"] == ["slurmd.service"]  # type: ignore[index]


def test_a_role_that_is_not_in_place_is_not_observed(tmp_path: Path) -> None:
    world = seeing(tmp_path)
    world.read(world.host(), world.host("two\n"))
    assert world.runner.seen[0].hosts["cpu1"]["twinstack_observed"] == {}


def test_what_cannot_be_seen_stays_as_it_was(tmp_path: Path) -> None:
    world = World(tmp_path, down={"cpu1"})
    state = world.host(drift={ROLE: STOPPED})
    assert world.read(state) == state
    ((kind, _, said),) = world.log.said
    assert (kind, said.splitlines()[0]) == (
        "warning",
        "host cpu1: not observed, its state stays as it was: unreachable (play observe): No route to host",
    )


def test_a_host_in_maintenance_is_not_observed_and_keeps_its_drift(world: World) -> None:
    resting = world.host(maintenance=True, drift={ROLE: STOPPED})
    assert world.read(resting) == resting
    assert world.update(resting, world.host(maintenance=True))["drift"] == {ROLE: STOPPED}
    assert world.runner.seen == []


def test_where_the_log_of_a_run_lies_is_shown_while_it_runs(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.resource._watch({"event": "run_begun", "log": "/runs/1/stdout"})
    assert ("status", "", "applying roles to 0 host(s), log: /runs/1/stdout") in world.log.said
