from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.unit.provider.fakes import FakeLog, FakeRunner
from twinstack.provider.errors import ProviderError
from twinstack.provider.resources.base import Call
from twinstack.provider.resources.slurm import ACCOUNT, ASSOCIATION, QOS, EntityQueue, EntityResource

CALL = Call("urn", "name")
CONTROLLER = {"name": "ctl1", "address": "10.0.0.1", "hostKey": "ssh-ed25519 A"}
NORMAL = {"name": "normal", "description": "QOS normal", "priority": 1, "preempt": [], "controller": CONTROLLER}
CLIMATE = {"name": "climate", "cluster": "hpc", "fairshare": 60, "qos": ["normal"], "controller": CONTROLLER}
ANA = {"user": "ana", "account": "climate", "cluster": "hpc", "coordinator": True, "controller": CONTROLLER}


class World:
    """All kinds on one queue, over a pretended module that answers with `problems`."""

    def __init__(self, *problems: str, seen: Sequence[Mapping[str, object]] = (), **settings: Any) -> None:
        def facts(_host: str) -> Mapping[str, object]:
            return {"seen": list(seen)} if seen else {"problems": list(problems)}

        self.runner = FakeRunner(("slurm_entities",), facts=facts, **settings)
        self.log = FakeLog()
        queue = EntityQueue(self.runner)
        self.qos, self.account, self.association = (
            EntityResource(kind, queue, self.log) for kind in (QOS, ACCOUNT, ASSOCIATION)
        )

    @property
    def entities(self) -> list[list[dict[str, Any]]]:
        return [play.hosts["ctl1"]["twinstack_entities"] for play in self.runner.seen]  # type: ignore[misc]


def test_objects_of_all_kinds_go_into_one_run() -> None:
    async def story() -> list[tuple[str, Any]]:
        calls = (
            world.qos.create(CALL, NORMAL),
            world.account.create(CALL, CLIMATE),
            world.association.create(CALL, ANA),
        )
        return await asyncio.gather(*calls)

    world = World("", "", "")
    assert [made for made, _ in asyncio.run(story())] == ["normal", "climate/hpc", "ana/climate/hpc"]
    ((qos, account, association),) = world.entities
    assert qos == {
        "kind": "qos",
        "present": True,
        "name": "normal",
        "description": "QOS normal",
        "priority": 1,
        "preempt": [],
    }
    assert (account["kind"], association["kind"]) == ("account", "association")
    assert "controller" not in association


def test_what_sacctmgr_refuses_fails_alone() -> None:
    async def story() -> list[object]:
        return await asyncio.gather(
            world.qos.create(CALL, NORMAL), world.account.create(CALL, CLIMATE), return_exceptions=True
        )

    world = World("", "You gave a bad qos")
    well, badly = asyncio.run(story())
    assert well == ("normal", NORMAL)
    assert isinstance(badly, ProviderError)
    assert str(badly) == "sacctmgr on ctl1: You gave a bad qos"


def test_an_unreachable_controller_fails_all() -> None:
    with pytest.raises(ProviderError, match=r"host ctl1: unreachable \(play slurm-entities\): No route to host"):
        asyncio.run(World(down={"ctl1"}).qos.create(CALL, NORMAL))


def test_a_run_that_says_nothing_is_not_taken_for_success() -> None:
    with pytest.raises(ProviderError, match="ansible-playbook ended with 1"):
        asyncio.run(World(crash="slurm_entities").qos.create(CALL, NORMAL))


def test_previews_and_another_way_to_the_controller_contact_nobody() -> None:
    world = World("")
    asyncio.run(world.qos.create(Call("urn", "name", preview=True), NORMAL))
    moved = {**NORMAL, "controller": {**CONTROLLER, "address": "10.0.0.9"}}
    assert set(world.qos.diff(NORMAL, moved).paths) == {"controller"}
    assert asyncio.run(world.qos.update(CALL, NORMAL, moved)) == moved
    assert world.runner.seen == []


def test_settings_are_modified_and_identities_replaced() -> None:
    world = World("")
    assert set(world.account.diff(CLIMATE, {**CLIMATE, "fairshare": 1}).paths) == {"fairshare"}
    assert world.account.diff(CLIMATE, {**CLIMATE, "name": "weather"}).replaces == ("name",)
    asyncio.run(world.account.update(CALL, CLIMATE, {**CLIMATE, "fairshare": 1}))
    assert world.entities[0][0]["fairshare"] == 1


def test_deletion_makes_it_absent() -> None:
    world = World("")
    asyncio.run(world.association.delete(CALL, ANA))
    assert world.entities == [
        [
            {
                "kind": "association",
                "present": False,
                "user": "ana",
                "account": "climate",
                "cluster": "hpc",
                "coordinator": True,
            }
        ]
    ]


def test_a_refresh_looks_at_all_in_one_run_and_takes_up_what_differs() -> None:
    async def story() -> list[object]:
        return await asyncio.gather(
            world.qos.read(CALL, NORMAL, NORMAL),
            world.account.read(CALL, CLIMATE, CLIMATE),
            world.association.read(CALL, ANA, ANA),
        )

    world = World(
        seen=[{"there": True, "other": {"priority": 7}}, {"there": True, "other": {}}, {"there": False, "other": {}}]
    )
    found = asyncio.run(story())
    assert found == [{**NORMAL, "priority": 7}, CLIMATE, None]
    assert world.qos.diff(found[0], NORMAL).paths["priority"].input_diff is False  # type: ignore[arg-type]
    (play,) = world.runner.seen
    assert play.playbook == "slurm_entities_seen.yml"


def test_what_cannot_be_looked_at_stays_as_it_was() -> None:
    world = World(down={"ctl1"})
    assert asyncio.run(world.qos.read(CALL, NORMAL, NORMAL)) == NORMAL
    ((kind, _, said),) = world.log.said
    assert (kind, "host ctl1: unreachable" in said) == ("warning", True)
