"""How far removals are, for the engine's display: steps, what is waited for, what was put by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twinstack.provider.drains import DRAINING
from twinstack.provider.engine_log import Log
from twinstack.provider.host_change import HostChange
from twinstack.provider.host_vars import group_of
from twinstack.provider.runner import BEGUN, Event


class Progress:
    """Shows a batch of removals, each beside its own resource."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._steps: dict[str, dict[str, str]] = {}
        self._urns: Mapping[str, str] = {}
        self._held: set[str] = set()

    def begin(self, changes: Sequence[HostChange], urns: Mapping[str, str]) -> None:
        """Take up a new batch."""
        self._steps = {change.name: steps_of(change) for change in changes}
        self._urns = urns

    def watch(self, event: Event) -> None:
        """Show what an event of Ansible's says; who is waited for has left the run, whatever else is played."""
        if event.get("event") in {BEGUN, "playbook_on_stats"}:
            self._held.clear()
        if event.get("event") == BEGUN:
            self._log.status("", f"removing {len(self._steps)} host(s), log: {event['log']}")
        waits = dict(held(event))
        for host, message in (*begun(event, self._steps), *waits.items()):
            if host not in self._held:
                self._log.status(self._urns.get(host, ""), message)
        self._held |= waits.keys()
        for path in kept(event):
            host = str(event["host"])
            self._log.info(self._urns.get(host, ""), f"host {host}: put by in {path}, on the host itself")


def steps_of(change: HostChange) -> dict[str, str]:
    """What a host goes through, by the group of the play."""
    drains = {DRAINING[side]: f"is drained in {side.capitalize()}" for side in change.drain.sides}
    return drains | {group_of(step): f"step {step}" for step in change.roles}


def begun(event: Event, steps: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """Hosts whose next step a play is, and which."""
    if event.get("event") != "playbook_on_play_start":
        return []
    play = str(event.get("play"))
    return [(host, found[play]) for host, found in steps.items() if play in found]


def held(event: Event) -> Iterator[tuple[str, str]]:
    """Hosts that are waited for, and what holds each."""
    waiting = _facts(event).get("waiting")
    if isinstance(waiting, Mapping):
        side = str(event.get("play", "")).partition("_")[2].capitalize()
        for host, what in waiting.items():
            yield str(host), f"waits: {side} still runs {what}"


def kept(event: Event) -> list[str]:
    """Files that were put by on a host."""
    found = _facts(event).get("kept")
    return [str(path) for path in found] if isinstance(found, list) else []


def _facts(event: Event) -> Mapping[str, object]:
    facts = event.get("result") if event.get("event") == "runner_on_ok" else None
    return facts if isinstance(facts, Mapping) else {}
