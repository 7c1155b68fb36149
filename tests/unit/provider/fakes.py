"""What the provider's tests pretend: a runner that plays Ansible's part, a log that remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twinstack.provider.connection import Connection
from twinstack.provider.events import Report
from twinstack.provider.runner import Outcome, Play, Watch

PLAYS = (
    "drain_slurm",
    "drain_kubernetes",
    "base",
    "munge",
    "slurm_controller",
    "slurm_compute",
    "node_exporter",
    "lift_kubernetes",
    "lift_slurm",
)


def connection(name: str, **settings: Any) -> Connection:
    return Connection(name, "10.0.0.1", host_key=f"ssh-ed25519 {name}", **settings)


@dataclass
class FakeRunner:
    """Runs plays in order like Ansible does: a failed host leaves the run; it ends when every host of a play failed.

    `failing` maps (host, group) to a message, `down` are unreachable hosts, `crash` ends the run before that play.
    `held` has for each run that drains the hosts that are not free, as (host, "waiting" or "late") to what runs there.
    """

    plays: tuple[str, ...] = PLAYS
    failing: dict[tuple[str, str], str] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    crash: str | None = None
    facts: Callable[[str], Mapping[str, object]] | None = None
    held: list[dict[tuple[str, str], str]] = field(default_factory=list)
    seen: list[Play] = field(default_factory=list)

    async def run(self, play: Play, watch: Watch) -> Outcome:
        self.seen.append(play)
        drains = any(group.startswith("drain_") for group in play.groups)
        self._held = self.held.pop(0) if drains and self.held else {}
        report, lost = Report(), set[str]()

        def tell(event: dict[str, object]) -> None:
            report.take(event)
            watch(event)

        finished = self._play(play, lost, tell)
        if finished:
            tell({"event": "playbook_on_stats", "unhappy": sorted(lost)})
        return Outcome(report, Path("/runs/1"), int(bool(lost) or not finished), "ERROR! cut off")

    def cancel(self) -> None:
        raise AssertionError

    def _play(self, play: Play, lost: set[str], tell: Callable[[dict[str, object]], None]) -> bool:
        for group in self.plays:
            if group == self.crash:
                return False
            tell({"event": "playbook_on_play_start", "play": group})
            members = [host for host in play.groups.get(group, ()) if host not in lost]
            for host in members:
                self._host(host, group, lost, tell)
            if members and lost.issuperset(members):
                return True
        return True

    def _host(self, host: str, group: str, lost: set[str], tell: Callable[[dict[str, object]], None]) -> None:
        about = {"host": host, "play": group, "task": "Apply"}
        held = {what: said for (name, what), said in self._held.items() if name == host}
        if group.startswith(("drain_", "lift_")) and (host, group) not in self.failing:
            # Delegated to a controller: the host itself is not contacted.
            found = {what: {host: said} for what, said in held.items()} if group.startswith("drain_") else {}
            tell({**about, "event": "runner_on_ok", "result": found})
            if found:
                lost.add(host)
                tell({**about, "event": "runner_on_failed", "message": "Assertion failed"})
        elif host in self.down:
            lost.add(host)
            tell({**about, "event": "runner_on_unreachable", "message": "No route to host"})
        elif message := self.failing.get((host, group)):
            lost.add(host)
            tell({**about, "event": "runner_on_failed", "message": message, **self._result(host)})
        else:
            tell({**about, "event": "runner_on_ok", **self._result(host)})

    def _result(self, host: str) -> dict[str, object]:
        return {"result": self.facts(host)} if self.facts else {}


@dataclass
class FakeLog:
    """Remembers messages as (kind, urn, message)."""

    said: list[tuple[str, str, str]] = field(default_factory=list)

    def status(self, urn: str, message: str) -> None:
        self.said.append(("status", urn, message))

    def info(self, urn: str, message: str) -> None:
        self.said.append(("info", urn, message))

    def warning(self, urn: str, message: str) -> None:
        self.said.append(("warning", urn, message))
