"""Slurm's accounting objects: QOS, accounts and associations, by sacctmgr on a controller, many in one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twinstack.provider.connection import Connection
from twinstack.provider.errors import ProviderError
from twinstack.provider.queue import GroupCommit
from twinstack.provider.resources.base import Call, Difference, Resource, changed
from twinstack.provider.runner import Event, Outcome, Play, Runner
from twinstack.provider.values import Properties, mapping, texts

PLAYBOOK = "slurm_entities.yml"
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


class EntityQueue:
    """Serves changes of all kinds together: one run, one task, which puts them in order."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._queue: GroupCommit[EntityChange, str | None] = GroupCommit(self._serve)

    async def submit(self, change: EntityChange) -> None:
        """Wait until the change is made.

        Raises:
            ProviderError: sacctmgr refused, or the controller could not be reached.
        """
        problem = await self._queue.submit(change)
        if problem:
            raise ProviderError(problem)

    async def _serve(self, changes: Sequence[EntityChange]) -> list[str | None]:
        by_controller: dict[str, list[int]] = {}
        for index, change in enumerate(changes):
            by_controller.setdefault(change.controller.name, []).append(index)
        problems: dict[int, str | None] = {}
        for indices in by_controller.values():
            found = await self._run([changes[index] for index in indices])
            problems |= dict(zip(indices, found, strict=True))
        return [problems[index] for index in range(len(changes))]

    async def _run(self, changes: Sequence[EntityChange]) -> list[str | None]:
        controller = changes[0].controller
        play = Play(
            playbook=PLAYBOOK,
            hosts={controller.name: {"twinstack_entities": [change.entity for change in changes]}},
            groups={GROUP: [controller.name]},
            connections={controller.name: controller},
        )
        outcome = await self._runner.run(play, _unwatched)
        return problems_of(changes, outcome)


def problems_of(changes: Sequence[EntityChange], outcome: Outcome) -> list[str | None]:
    """For each change what sacctmgr said against it, or None; without an answer the run's failure is that of all."""
    name = changes[0].controller.name
    for facts in outcome.report.facts.get(name, []):
        problems = texts(facts, "problems")
        if len(problems) == len(changes):
            return [f"sacctmgr on {name}: {problem}" if problem else None for problem in problems]
    failure = outcome.report.failure(name)
    why = failure.told("play") if failure else f"ansible-playbook ended with {outcome.exit_code}:\n{outcome.tail}"
    return [f"host {name}: {why}\nlog: {outcome.folder}" for _ in changes]


class EntityResource(Resource):
    """One kind of accounting object."""

    def __init__(self, kind: Kind, queue: EntityQueue) -> None:
        self._kind = kind
        self._queue = queue

    def diff(self, old: Properties, new: Properties) -> Difference:
        """By property; another identity is another object, another controller is only another way to it."""
        identity = changed(old, new, *self._kind.identity)
        return Difference({**identity, **changed(old, new, *self._kind.settings, "controller")}, tuple(identity))

    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        """Add the object, or bring one that is there to what is wanted."""
        return "/".join(str(new[key]) for key in self._kind.identity), await self._put(call, new)

    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        """Modify the object; nobody is contacted when only the way to it changed."""
        if not changed(old, new, *self._kind.settings):
            return new
        return await self._put(call, new)

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
