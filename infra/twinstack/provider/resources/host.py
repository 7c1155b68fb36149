"""Host: a machine with the digests of all that its roles place and start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from twinstack.provider.apply import SITE, Applier, progress
from twinstack.provider.census import Census, beside
from twinstack.provider.disruption import disruption
from twinstack.provider.drains import Drain, around, in_service, resting, told
from twinstack.provider.engine_log import Log
from twinstack.provider.errors import PartialError, ProviderError
from twinstack.provider.host_change import HostChange, HostResult
from twinstack.provider.host_state import HostState, dropped, in_place, leaving, pending
from twinstack.provider.host_vars import host_vars
from twinstack.provider.leaving import leavers
from twinstack.provider.observe import Observation, Observer, Seen
from twinstack.provider.queue import GroupCommit
from twinstack.provider.reasons import reasons
from twinstack.provider.remove import Remover, removal_of
from twinstack.provider.resources.base import Call, Difference, Resource, changed
from twinstack.provider.resources.host_paths import own_paths, role_paths, secret_paths
from twinstack.provider.runner import BEGUN, Event, Runner
from twinstack.provider.store import Store
from twinstack.provider.values import Properties
from twinstack.provider.wanted import Wanted
from twinstack.provider.waves import shown

RECORDED = (
    "address",
    "port",
    "user",
    "hostKey",
    "jump",
    "pool",
    "stack",
    "maxUnavailable",
    "drainTimeout",
    "maintenance",
    "controllers",
)


@dataclass(frozen=True, slots=True)
class _Case:
    """A host between what its state says and what is wanted; `properties` are those wanted."""

    call: Call
    old: HostState
    new: HostState
    properties: Properties

    def state(self, applied: Mapping[str, str]) -> dict[str, object]:
        """The properties of a state in which these roles are in place; what is not as wanted is told as it was.

        A host has left maintenance when all is done: until then its drain is still to be ended.
        """
        stale = [role for role in applied if applied[role] != self.new.roles.get(role)]
        half_done = sorted(role for role in self.old.serving if role in self.new.roles and role not in applied)
        return {
            **self.properties,
            "maintenance": self.new.maintenance or self.old.maintenance,
            "roles": dict(applied),
            "units": self._units(applied),
            "specs": {**self.new.specs, **{role: self.old.specs[role] for role in stale if role in self.old.specs}},
            **({"halfDone": half_done} if half_done else {}),
        }

    def _units(self, applied: Mapping[str, str]) -> list[str]:
        """Units that are wanted, and after them what a role that is not as wanted yet has or had running."""
        had = [pair for pair in self.old.units if applied.get(pair[0]) != self.new.roles.get(pair[0])]
        return [":".join(pair) for pair in dict.fromkeys((*self.new.units, *had))]

    @property
    def in_service(self) -> bool:
        """Whether it may be running jobs or pods."""
        return in_service(self.old) and self.new.connection.is_same_machine(self.old.connection)

    @property
    def wakes(self) -> bool:
        """Whether it leaves maintenance."""
        return self.old.maintenance and not self.new.maintenance


class HostResource(Resource):
    """Brings hosts to what their roles say, many in one Ansible run; contacts none whose roles are in place."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"secrets"})
    OBSERVED: ClassVar[bool] = True

    def __init__(self, runner: Runner, store: Store, log: Log) -> None:
        self._store = store
        self._log = log
        self._urns: dict[str, str] = {}
        self._roles: dict[str, tuple[str, ...]] = {}
        self._applier = Applier(runner, SITE, self._watch, census=Census(runner, log).out)
        self._queue = GroupCommit(self._apply)
        self._previews = GroupCommit(self._tell_waves)
        self._wanted = Wanted()
        self._removals = GroupCommit(Remover(runner, log, self._wanted).remove)
        self._observations = GroupCommit(Observer(runner, store).observe)

    def diff(self, old: Properties, new: Properties) -> Difference:
        """By role; a host in maintenance differs by nothing that would need contact."""
        was, wanted = HostState.of(old), HostState.of(new)
        self._wanted.take(wanted)
        paths = changed(old, new, "name", *RECORDED)
        if not wanted.maintenance:
            paths |= role_paths(was, wanted) | own_paths(was, wanted)
            paths |= secret_paths(old, new)
        return Difference(paths, ("name",) if "name" in paths else ())

    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        """Apply every role."""
        nothing = {**new, "roles": {}, "secrets": {}}
        self._wanted.take(HostState.of(new))
        return call.name, await self._bring(_Case(call, HostState.of(nothing), HostState.of(new), new))

    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        """Apply the roles that changed, after taking away those that are no longer wanted."""
        return await self._bring(_Case(call, HostState.of(old), HostState.of(new), new))

    async def read(self, call: Call, state: Properties, inputs: Properties) -> Properties:
        """Look at the host: the state with the drift of its roles, or as it was where nothing could be seen."""
        host = HostState.of(state)
        if host.maintenance or not host.connection.keys:
            why = "is in maintenance" if host.maintenance else "has no pinned SSH host key"
            self._log.warning(call.urn, f"host {host.name} {why}: not contacted, its state stays as it was")
            return state
        seen = await self._observations.submit(Observation(host, in_place(host, HostState.of(inputs))))
        self._tell(call, host.name, seen)
        if seen.problem is not None:
            return state
        drift = {role: found.properties for role, found in seen.drift.items()}
        return {**{key: value for key, value in state.items() if key != "drift"}, **({"drift": drift} if drift else {})}

    def _tell(self, call: Call, host: str, seen: Seen) -> None:
        for warning in seen.warnings:
            self._log.warning(call.urn, f"host {host}: {warning}")
        if seen.problem is not None:
            self._log.warning(call.urn, f"host {host}: not observed, its state stays as it was: {seen.problem}")
        for role, found in seen.drift.items():
            self._log.info(call.urn, f"host {host}: role {role}: {', '.join(found.found)}")

    async def delete(self, call: Call, old: Properties) -> None:
        """Drain the host, take it out of both schedulers, stop its daemons (`twinstack.provider.remove`)."""
        host = HostState.of(old)
        if host.maintenance:
            self._log.warning(call.urn, f"host {host.name} is in maintenance: forgotten without being contacted")
        problem = await self._removals.submit(removal_of(host, tuple(host.roles), call.urn))
        if problem:
            raise ProviderError(problem)

    async def _bring(self, case: _Case) -> Properties:
        """From the old state to the new; the properties of the new state."""
        if case.new.maintenance:
            self._log.warning(case.call.urn, f"host {case.new.name} is in maintenance: recorded, not contacted")
            await self._rest(case)
            return case.state(case.old.roles) | {"secrets": case.old.secrets} | drifted(case.old)
        todo = pending(case.old, case.new)
        if case.call.preview:
            await self._explain(case, todo)
            return case.properties
        await self._take_away(case)
        if todo or case.wakes:
            self._urns[case.new.name] = case.call.urn
            settle(case, await self._queue.submit(self._change(case, todo)), todo)
        return case.properties

    async def _rest(self, case: _Case) -> None:
        """Drain a host that goes into maintenance, through its controllers alone."""
        drain = resting(case.old, case.new)
        if case.call.preview or case.old.maintenance or not drain.sides:
            return
        self._urns[case.new.name] = case.call.urn
        delegates = tuple(case.new.controllers.values())
        variables = host_vars(case.new, (), self._store)
        result = await self._queue.submit(HostChange(case.new.connection, (), variables, {}, delegates, drain=drain))
        if result.held:
            self._log.warning(case.call.urn, f"host {case.new.name} is drained for maintenance, with {result.held}")
        elif result.problem:
            raise ProviderError(result.problem)

    async def _explain(self, case: _Case, todo: tuple[str, ...]) -> None:
        """Say in a preview what is behind the change of each role, and whether the host is drained for it."""
        if not (case.old.roles and todo):
            return
        host, disturbs = case.new, self._disturbs(case, todo)
        drain = around(case.old, host, todo, disturbs)
        said = reasons(case.old, case.new, todo, self._store)
        self._log.info(case.call.urn, "\n".join([*said, *told(host.name, drain, disturbs)]))
        if disturbs:
            await self._previews.submit(
                HostChange(host.connection, todo, {}, {}, (), host.pool, host.max_unavailable, disturbs)
            )

    async def _tell_waves(self, changes: Sequence[HostChange]) -> Sequence[None]:
        """Say in a preview how many hosts are disturbed, and in how many waves."""
        self._log.info("", "\n".join(shown(changes)))
        return [None for _ in changes]

    async def _take_away(self, case: _Case) -> None:
        gone = dropped(case.old, case.new)
        problem = await self._removals.submit(removal_of(case.old, gone, case.call.urn)) if gone else None
        if problem:
            raise PartialError(case.call.name, case.state(case.old.roles), (problem,))

    def _change(self, case: _Case, roles: tuple[str, ...]) -> HostChange:
        host, disturbs = case.new, self._disturbs(case, roles)
        if not host.connection.keys:
            raise ProviderError(
                f"host {host.name}: no SSH host key is pinned for it in the inventory's access.host_keys"
            )
        return HostChange(
            connection=host.connection,
            roles=roles,
            variables=host_vars(replace(host, drift=case.old.drift), roles, self._store, leaving(case.old, case.new)),
            secrets={name: value for role in roles for name, value in host.secrets.get(role, {}).items()},
            delegates=tuple(host.controllers.values()),
            pool=host.pool,
            max_unavailable=host.max_unavailable,
            disturbs=disturbs,
            drain=around(case.old, host, roles, disturbs) if case.in_service else Drain(),
            beside=beside(host, disturbs),
            leavers=leavers(case.old, host, roles, self._store),
        )

    def _disturbs(self, case: _Case, roles: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """What of the change disturbs jobs and pods, by role; nothing on a machine that is not in service."""
        return disruption(case.old, case.new, roles, self._store) if case.in_service else {}

    async def _apply(self, changes: Sequence[HostChange]) -> Sequence[HostResult]:
        self._roles = {change.name: change.roles for change in changes}
        return await self._applier.apply(changes)

    def _watch(self, event: Event) -> None:
        if event.get("event") == BEGUN:
            self._log.status("", f"applying roles to {len(self._roles)} host(s), log: {event['log']}")
        for host in progress(event, self._roles):
            self._log.status(self._urns[host], f"role {str(event['play']).replace('_', '-')}")


def settle(case: _Case, result: HostResult, todo: Sequence[str]) -> None:
    """Raise what a result has of problems; a role that may be half done counts as not applied."""
    if result.problem is None:
        return
    if not result.attempted:
        raise ProviderError(result.problem)
    kept = {role: case.old.roles[role] for role in case.old.roles if role in case.new.roles and role not in todo}
    done = {role: case.new.roles[role] for role in result.done}
    raise PartialError(case.call.name, case.state(kept | done), (result.problem,))


def drifted(host: HostState) -> dict[str, object]:
    """The part of a state that tells of drift; nothing where there is none."""
    return {"drift": {role: found.properties for role, found in host.drift.items()}} if host.drift else {}
