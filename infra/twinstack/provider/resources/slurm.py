"""Slurm's accounting objects: QOS, accounts and associations, by sacctmgr on a controller, many in one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias, TypeVar

from twinstack.provider.connection import Connection
from twinstack.provider.engine_log import Log
from twinstack.provider.errors import ProviderError
from twinstack.provider.queue import GroupCommit
from twinstack.provider.resources.base import Call, Difference, Resource, changed, state_change
from twinstack.provider.runner import Event, Outcome, Play, Runner
from twinstack.provider.values import Properties, flag, mapping, texts

Answer = TypeVar("Answer")

PLAYBOOK = "slurm_entities.yml"
SEEN_PLAYBOOK = "slurm_entities_seen.yml"
GROUP = "slurm_entities"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of accounting object: the properties that identify it, and those that can be changed."""

    name: str
    identity: tuple[str, ...]
    settings: tuple[str, ...]


QOS = Kind("qos", ("name",), ("description", "priority", "preempt", "maxJobsPerUser"))
ACCOUNT = Kind("account", ("name", "cluster"), ("description", "organization", "fairshare", "qos", "defaultQos"))
ASSOCIATION = Kind("association", ("user", "account", "cluster"), ("coordinator", "default"))


@dataclass(frozen=True)
class EntityChange:
    """An object that must be there as `properties` say, or must not be there."""

    kind: str
    present: bool
    properties: Mapping[str, object]
    controller: Connection

    @property
    def entity(self) -> dict[str, object]:
        """What the Ansible module `slurm_entity` takes."""
        return {"kind": self.kind, "present": self.present, **self.properties}


@dataclass(frozen=True, slots=True)
class EntitySeen:
    """An object as it was found: whether it is there, and settings that are other than in the state."""

    there: bool = True
    other: Mapping[str, object] = field(default_factory=dict)
    problem: str | None = None


Read: TypeAlias = Callable[[Sequence[EntityChange], Outcome], list[Answer]]


class EntityQueue:
    """Serves changes of all kinds together, and observations likewise: one run, one task, which puts them in order."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._queue: GroupCommit[EntityChange, str | None] = GroupCommit(self._serve)
        self._looks: GroupCommit[EntityChange, EntitySeen] = GroupCommit(self._look)

    async def submit(self, change: EntityChange) -> None:
        """Wait until the change is made.

        Raises:
            ProviderError: sacctmgr refused, or the controller could not be reached.
        """
        problem = await self._queue.submit(change)
        if problem:
            raise ProviderError(problem)

    async def observe(self, wanted: EntityChange) -> EntitySeen:
        """How an object differs from what it should be."""
        return await self._looks.submit(wanted)

    async def _serve(self, changes: Sequence[EntityChange]) -> list[str | None]:
        return await self._by_controller(PLAYBOOK, changes, problems_of)

    async def _look(self, changes: Sequence[EntityChange]) -> list[EntitySeen]:
        return await self._by_controller(SEEN_PLAYBOOK, changes, seen_of)

    async def _by_controller(self, playbook: str, changes: Sequence[EntityChange], read: Read[Answer]) -> list[Answer]:
        """Run a playbook on each controller with its changes; `read` takes the answers from the run, in order."""
        indices: dict[str, list[int]] = {}
        for index, change in enumerate(changes):
            indices.setdefault(change.controller.name, []).append(index)
        answers: dict[int, Answer] = {}
        for mine in indices.values():
            batch = [changes[index] for index in mine]
            answers |= dict(zip(mine, read(batch, await self._run(playbook, batch)), strict=True))
        return [answers[index] for index in range(len(changes))]

    async def _run(self, playbook: str, changes: Sequence[EntityChange]) -> Outcome:
        controller = changes[0].controller
        play = Play(
            playbook=playbook,
            hosts={controller.name: {"twinstack_entities": [change.entity for change in changes]}},
            groups={GROUP: [controller.name]},
            connections={controller.name: controller},
        )
        return await self._runner.run(play, _unwatched)


def problems_of(changes: Sequence[EntityChange], outcome: Outcome) -> list[str | None]:
    """For each change what sacctmgr said against it, or None; without an answer the run's failure is that of all."""
    name = changes[0].controller.name
    for facts in outcome.report.facts.get(name, []):
        problems = texts(facts, "problems")
        if len(problems) == len(changes):
            return [f"sacctmgr on {name}: {problem}" if problem else None for problem in problems]
    return [failure_of(name, outcome) for _ in changes]


def seen_of(changes: Sequence[EntityChange], outcome: Outcome) -> list[EntitySeen]:
    """For each object how it was found; without an answer the run's failure is the problem of all."""
    name = changes[0].controller.name
    for facts in outcome.report.facts.get(name, []):
        seen = facts.get("seen")
        if isinstance(seen, list) and len(seen) == len(changes):
            return [EntitySeen(flag(one, "there"), mapping(one, "other")) for one in seen]
    return [EntitySeen(problem=failure_of(name, outcome)) for _ in changes]


def failure_of(name: str, outcome: Outcome) -> str:
    """Why a controller gave no answer."""
    failure = outcome.report.failure(name)
    why = failure.told("play") if failure else f"ansible-playbook ended with {outcome.exit_code}:\n{outcome.tail}"
    return f"host {name}: {why}\nlog: {outcome.folder}"


class EntityResource(Resource):
    """One kind of accounting object."""

    OBSERVED: ClassVar[bool] = True

    def __init__(self, kind: Kind, queue: EntityQueue, log: Log) -> None:
        self._kind = kind
        self._queue = queue
        self._log = log

    def diff(self, old: Properties, new: Properties) -> Difference:
        """By property; another identity is another object, another controller is only another way to it.

        Settings are compared with the state, where a refresh puts what it found in the database.
        """
        identity = changed(old, new, *self._kind.identity)
        settings = {key: state_change(old.get(key), new.get(key)) for key in changed(old, new, *self._kind.settings)}
        return Difference({**identity, **settings, **changed(old, new, "controller")}, tuple(identity))

    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        """Add the object, or bring one that is there to what is wanted."""
        return "/".join(str(new[key]) for key in self._kind.identity), await self._put(call, new)

    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        """Modify the object; nobody is contacted when only the way to it changed."""
        if not changed(old, new, *self._kind.settings):
            return new
        return await self._put(call, new)

    async def read(self, call: Call, state: Properties, inputs: Properties) -> Properties | None:
        """The object as the database has it: gone, or with settings that somebody changed."""
        del inputs
        seen = await self._queue.observe(self._change(state, present=True))
        if seen.problem is not None:
            self._log.warning(call.urn, f"not observed, its state stays as it was: {seen.problem}")
            return state
        return {**state, **seen.other} if seen.there else None

    async def delete(self, call: Call, old: Properties) -> None:
        """Delete the object."""
        del call
        await self._queue.submit(self._change(old, present=False))

    async def _put(self, call: Call, new: Properties) -> Properties:
        if not call.preview:
            await self._queue.submit(self._change(new, present=True))
        return new

    def _change(self, properties: Properties, *, present: bool) -> EntityChange:
        wanted = (*self._kind.identity, *self._kind.settings)
        return EntityChange(
            kind=self._kind.name,
            present=present,
            properties={key: properties[key] for key in wanted if properties.get(key) is not None},
            controller=Connection.of(mapping(properties, "controller")),
        )


def _unwatched(_event: Event) -> None:
    """One task shows no progress."""
