"""Plays a playbook for a batch of hosts, and tells for each host which roles are in place and why others are not.

A role is a group that a play of the playbook names; the steps of a removal are served in the same way.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from twinstack.provider import drains, leaving
from twinstack.provider.events import Report
from twinstack.provider.host_change import HostChange, HostResult
from twinstack.provider.host_vars import group_of
from twinstack.provider.runner import Event, Outcome, Play, Runner, Watch
from twinstack.provider.waves import Out, Waves, still

SITE = "site.yml"


Census = Callable[[Sequence[HostChange]], Awaitable[Mapping[str, Out]]]
"""Tells which of the hosts that count together with those to be disturbed are out of service."""


async def nobody(_changes: Sequence[HostChange]) -> Mapping[str, Out]:
    """A census where nothing is ever disturbed."""
    return {}


class Applier:
    """Runs batches of changes: what disturbs nobody at once, then the others in waves, behind their drains."""

    def __init__(
        self,
        runner: Runner,
        playbook: str,
        watch: Watch,
        *,
        noun: str = "role",
        clock: Callable[[], float] = time.monotonic,
        census: Census = nobody,
    ) -> None:
        self._runner = runner
        self._playbook = playbook
        self._watch = watch
        self._noun = noun
        self._clock = clock
        self._census = census

    async def apply(self, changes: Sequence[HostChange]) -> list[HostResult]:
        """One result a change, in order."""
        calm = [change for change in changes if not change.disturbs]
        disturbing = [change for change in changes if change.disturbs]
        results = await self._calmly_first(calm)
        if disturbing:
            out = await self._census(disturbing)
            results |= await self._disturb(disturbing, still(out, mended(calm, results)))
        return [results[change.name] for change in changes]

    async def _calmly_first(self, changes: Sequence[HostChange]) -> dict[str, HostResult]:
        """What disturbs nobody; while jobs hold nodes that leave Slurm, what needs none of its new files goes ahead."""
        leavers = [leaver for change in changes for leaver in change.leavers]
        seen = await self._batch([leaving.at_a_glance(leaver) for leaver in leavers])
        if not any(result.waiting for result in seen.values()):
            return await self._calmly(changes)
        results = await self._calmly(leaving.ahead(changes))
        gone = leaving.held(await self._calmly(leavers, first=drains.WINDOW))
        behind = leaving.behind(changes, results, gone)
        return leaving.together(results, leaving.kept_out(changes, gone), await self._calmly(behind))

    async def _calmly(self, changes: Sequence[HostChange], first: float = drains.FIRST) -> dict[str, HostResult]:
        """All at once; hosts that a drain waits for are seen to when they are free.

        The first run waits for a short while only: then what holds whom is known and shown.
        """
        results: dict[str, HostResult] = {}
        begin, left, window = self._clock(), changes, first
        while left:
            waited = self._clock() - begin
            results |= await self._batch([within(in_time(change, waited), window) for change in left])
            left, window = [change for change in left if results[change.name].waiting], drains.WINDOW
        return results

    async def _disturb(self, changes: Sequence[HostChange], out: Mapping[str, Out]) -> dict[str, HostResult]:
        """Wave after wave; hosts that are still waited for keep their place in the next one."""
        results: dict[str, HostResult] = {}
        waves, begun, waiting = Waves(changes, out), dict[str, float](), list[HostChange]()
        while wave := waves.next(waiting):
            now = self._clock()
            found = await self._batch([in_time(change, now - begun.setdefault(change.name, now)) for change in wave])
            waiting = [change for change in wave if found[change.name].waiting]
            over = [change for change in wave if not found[change.name].waiting]
            results |= {change.name: found[change.name] for change in over} | await self._release(over, found)
            for change in over:
                if found[change.name].attempted:
                    waves.settle(change, broken=found[change.name].problem is not None)
        return results | {name: left_out(name, why) for name, why in waves.left().items()}

    async def _release(self, changes: Sequence[HostChange], found: Mapping[str, HostResult]) -> dict[str, HostResult]:
        """End the drains of hosts that failed untouched; what failed half-way stays drained."""
        failed = {change.name: found[change.name] for change in changes if found[change.name].problem}
        halfway = {name: kept(result) for name, result in failed.items() if result.attempted}
        back = [
            lifted(change) for change in changes if change.drain.sides and change.name in failed.keys() - halfway.keys()
        ]
        if not back:
            return halfway
        report = (await self._runner.run(play_of(self._playbook, back), self._watch)).report
        return halfway | {
            change.name: kept(failed[change.name])
            for change in back
            if report.failure(change.name) or owed(change, report)
        }

    async def _batch(self, changes: Sequence[HostChange]) -> dict[str, HostResult]:
        """Run until nobody is left: Ansible ends a whole playbook once every host of one play has failed."""
        results: dict[str, HostResult] = {}
        done: dict[str, frozenset[str]] = {change.name: frozenset() for change in changes}
        left = list(changes)
        while left:
            outcome = await self._runner.run(play_of(self._playbook, left), self._watch)
            verdicts = [verdict(change, outcome, self._noun) for change in left]
            moved = any(result.done or result.problem or result.waiting for result in verdicts)
            again = []
            for change, result in zip(left, verdicts, strict=True):
                done[change.name] |= result.done
                missing = tuple(role for role in change.roles if role not in result.done)
                if is_left(result, missing or owed(change, outcome.report)) and moved and outcome.report.finished:
                    again.append(replace(change, roles=missing))
                else:
                    results[change.name] = settle(change, result, done[change.name], missing, outcome)
            left = again
        return results


def in_time(change: HostChange, waited: float) -> HostChange:
    """The change with what is left of the time that its host may be waited for."""
    return replace(change, drain=replace(change.drain, timeout=max(0.0, change.drain.timeout - waited)))


def within(change: HostChange, window: float) -> HostChange:
    """The change in a run that answers after this many seconds, or earlier where it asks for that."""
    return replace(change, drain=replace(change.drain, window=min(window, change.drain.window)))


def lifted(change: HostChange) -> HostChange:
    """A change that only ends the drain of another."""
    return replace(change, roles=(), drain=replace(change.drain, sides=(), lifts=change.drain.sides))


def kept(result: HostResult) -> HostResult:
    """The result of a host whose drain stays."""
    return replace(result, problem=f"{result.problem}\nIt stays drained until an `up` succeeds.")


def left_out(name: str, why: str) -> HostResult:
    """The result of a host that was not begun with."""
    return HostResult(frozenset(), attempted=False, problem=f"host {name}: not begun: {why}")


def mended(calm: Iterable[HostChange], results: Mapping[str, HostResult]) -> set[str]:
    """Hosts to which roles were just applied without a failure."""
    return {change.name for change in calm if change.roles and results[change.name].problem is None}


def is_left(result: HostResult, missing: Sequence[str]) -> bool:
    """Whether a host has something left to be done and nothing against it."""
    return bool(missing) and result.problem is None and not result.waiting


def over(report: Report) -> Sequence[str]:
    """The plays that a run has come to the end of."""
    return report.plays if report.finished else report.plays[:-1]


def owed(change: HostChange, report: Report) -> tuple[str, ...]:
    """The schedulers whose drains of a host a run was to end, and did not come to."""
    return tuple(side for side in change.drain.lifts if drains.LIFTING[side] not in over(report))


def unset(change: HostChange, report: Report) -> tuple[str, ...]:
    """The schedulers of which a run did not come to the end of the drain."""
    return tuple(side for side in change.drain.sides if drains.DRAINING[side] not in over(report))


def undone(change: HostChange) -> frozenset[str]:
    """The roles that do not count as applied while a drain is not ended: the next `up` does them again, and ends it."""
    return frozenset({*change.disturbs, *drains.serving(change.roles, change.drain.lifts)})


def play_of(playbook: str, changes: Sequence[HostChange]) -> Play:
    """The run of a batch: a role's group holds just the hosts that it is applied to."""
    connections = {c.name: c for change in changes for c in (*change.delegates, change.connection)}
    around = {change.name: change.drain for change in changes}
    return Play(
        playbook=playbook,
        hosts={change.name: change.variables for change in changes},
        groups={**groups_of(changes), **drains.groups(around)},
        connections=connections,
        secrets={name: value for change in changes for name, value in change.secrets.items()},
        variables=drains.variables(around),
    )


def groups_of(changes: Iterable[HostChange]) -> dict[str, list[str]]:
    """Hosts by the group of each role."""
    groups: dict[str, list[str]] = {}
    for change in changes:
        for role in change.roles:
            groups.setdefault(group_of(role), []).append(change.name)
    return groups


def verdict(change: HostChange, outcome: Outcome, noun: str) -> HostResult:
    """What one run did to one host."""
    report = outcome.report
    failure = report.failure(change.name)
    attempted = not drains.GROUPS.issuperset(report.touched.get(change.name, ()))
    if failure is not None and failure.group in drains.GROUPS:
        return undrained(change, outcome, failure.group, attempted=attempted)
    seen = over(report) if failure is None else before(report.plays, failure.group)
    done = frozenset(role for role in change.roles if group_of(role) in seen)
    if failure is None and owed(change, report):
        done -= undone(change)
    return HostResult(done, attempted, failure.told(noun) if failure else None)


def undrained(change: HostChange, outcome: Outcome, group: str, *, attempted: bool) -> HostResult:
    """What became of a host that a scheduler did not let go, or did not take back: then what disturbs is done again."""
    report, side = outcome.report, drains.side_of(group).capitalize()
    failure = report.failures[change.name]
    if group in drains.LIFTING.values():
        done = frozenset(change.roles) - undone(change)
        return HostResult(done, attempted, f"not returned to {side}: {failure.message}")
    held = {what: drains.named(report, what).get(change.name, "") for what in ("waiting", "late")}
    if held["waiting"]:
        return HostResult(frozenset(), attempted=False, held=held["waiting"], waiting=True)
    words = (
        f"not begun: {side} still runs {held['late']}" if held["late"] else f"not drained in {side}: {failure.message}"
    )
    return HostResult(frozenset(), attempted=False, problem=words, held=held["late"])


def before(plays: Sequence[str], group: str) -> Sequence[str]:
    """The plays that were over when a host failed in the play of this group."""
    return plays[: plays.index(group)] if group in plays else plays


def settle(
    change: HostChange, result: HostResult, done: frozenset[str], missing: Sequence[str], outcome: Outcome
) -> HostResult:
    """The final result of a host: roles done over all runs, and the problem in words where one is left."""
    attempted = result.attempted or bool(done)
    if result.waiting:
        return result
    if result.problem is not None:
        problem = f"host {change.name}: {result.problem}\nlog: {outcome.folder}"
        return replace(result, done=done, attempted=attempted, problem=problem)
    if missing or owed(change, outcome.report) or unset(change, outcome.report):
        return HostResult(done, attempted, unfinished(change, missing, outcome))
    return HostResult(done, attempted)


def unfinished(change: HostChange, missing: Sequence[str], outcome: Outcome) -> str:
    """Why something was not done though the host did not fail: Ansible itself ended, or has no play for it."""
    lacks = {
        "not drained in": [side.capitalize() for side in unset(change, outcome.report)],
        "not applied:": missing,
        "not returned to": [side.capitalize() for side in owed(change, outcome.report)],
    }
    words = [f"{how} {', '.join(each)}" for how, each in lacks.items() if each]
    what = f"host {change.name}: {'; '.join(words)}"
    if outcome.report.finished:
        return f"{what}: the playbook has no play for it\nlog: {outcome.folder}"
    return f"{what}: ansible-playbook ended with {outcome.exit_code}:\n{outcome.tail}\nlog: {outcome.folder}"


def progress(event: Event, roles_of: Mapping[str, Sequence[str]]) -> list[str]:
    """The hosts that an event's play is about to be applied to; empty for other events."""
    if event.get("event") != "playbook_on_play_start":
        return []
    return [host for host, roles in roles_of.items() if event.get("play") in {group_of(role) for role in roles}]
