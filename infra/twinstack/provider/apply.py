"""Plays a playbook for a batch of hosts, and tells for each host which roles are in place and why others are not.

A role is a group that a play of the playbook names; the steps of a removal are served in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from twinstack.provider.connection import Connection
from twinstack.provider.host_vars import group_of
from twinstack.provider.runner import Event, Outcome, Play, Runner, Watch
from twinstack.provider.waves import waves

SITE = "site.yml"


@dataclass(frozen=True)
class HostChange:
    """Roles to be applied to one host, with all that Ansible has to know of it."""

    connection: Connection
    roles: tuple[str, ...]
    variables: Mapping[str, object]
    secrets: Mapping[str, str] = field(default_factory=dict)
    delegates: tuple[Connection, ...] = ()
    pool: str = ""
    max_unavailable: int = 1
    disturbs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The host's name."""
        return self.connection.name


@dataclass(frozen=True, slots=True)
class HostResult:
    """What became of a change: roles now in place; `attempted` whether anything may have been altered."""

    done: frozenset[str]
    attempted: bool
    problem: str | None = None


class Applier:
    """Runs batches of changes: in waves, each wave until every host has succeeded or failed."""

    def __init__(self, runner: Runner, playbook: str, watch: Watch, noun: str = "role") -> None:
        self._runner = runner
        self._playbook = playbook
        self._watch = watch
        self._noun = noun

    async def apply(self, changes: Sequence[HostChange]) -> list[HostResult]:
        """One result a change, in order."""
        results: dict[str, HostResult] = {}
        for wave in waves(changes):
            results |= await self._wave(wave)
        return [results[change.name] for change in changes]

    async def _wave(self, changes: Sequence[HostChange]) -> dict[str, HostResult]:
        """Run until nobody is left: Ansible ends a whole playbook once every host of one play has failed."""
        results: dict[str, HostResult] = {}
        done: dict[str, frozenset[str]] = {change.name: frozenset() for change in changes}
        left = list(changes)
        while left:
            outcome = await self._runner.run(play_of(self._playbook, left), self._watch)
            verdicts = [verdict(change, outcome, self._noun) for change in left]
            moved = any(result.done or result.problem for result in verdicts)
            again = []
            for change, result in zip(left, verdicts, strict=True):
                done[change.name] |= result.done
                missing = tuple(role for role in change.roles if role not in result.done)
                if result.problem is None and missing and moved and outcome.report.finished:
                    again.append(replace(change, roles=missing))
                else:
                    results[change.name] = settle(change, result, done[change.name], missing, outcome)
            left = again
        return results


def play_of(playbook: str, changes: Sequence[HostChange]) -> Play:
    """The run of a batch: a role's group holds just the hosts that it is applied to."""
    connections = {c.name: c for change in changes for c in (*change.delegates, change.connection)}
    return Play(
        playbook=playbook,
        hosts={change.name: change.variables for change in changes},
        groups=groups_of(changes),
        connections=connections,
        secrets={name: value for change in changes for name, value in change.secrets.items()},
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
    seen = report.plays if failure is None else before(report.plays, failure.group)
    if failure is None and not report.finished:
        seen = seen[:-1]
    done = frozenset(role for role in change.roles if group_of(role) in seen)
    return HostResult(done, bool(report.touched.get(change.name)), failure.told(noun) if failure else None)


def before(plays: Sequence[str], group: str) -> Sequence[str]:
    """The plays that were over when a host failed in the play of this group."""
    return plays[: plays.index(group)] if group in plays else plays


def settle(
    change: HostChange, result: HostResult, done: frozenset[str], missing: Sequence[str], outcome: Outcome
) -> HostResult:
    """The final result of a host: roles done over all runs, and the problem in words where one is left."""
    attempted = result.attempted or bool(done)
    if result.problem is not None:
        return HostResult(done, attempted, f"host {change.name}: {result.problem}\nlog: {outcome.folder}")
    if missing:
        return HostResult(done, attempted, unfinished(change, missing, outcome))
    return HostResult(done, attempted)


def unfinished(change: HostChange, missing: Sequence[str], outcome: Outcome) -> str:
    """Why roles were not applied though the host did not fail: Ansible itself ended, or has no play for them."""
    what = f"host {change.name}: not applied: {', '.join(missing)}"
    if outcome.report.finished:
        return f"{what}: the playbook has no play for it\nlog: {outcome.folder}"
    return f"{what}: ansible-playbook ended with {outcome.exit_code}:\n{outcome.tail}\nlog: {outcome.folder}"


def progress(event: Event, roles_of: Mapping[str, Sequence[str]]) -> list[str]:
    """The hosts that an event's play is about to be applied to; empty for other events."""
    if event.get("event") != "playbook_on_play_start":
        return []
    return [host for host, roles in roles_of.items() if event.get("play") in {group_of(role) for role in roles}]
