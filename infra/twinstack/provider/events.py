"""What one Ansible run did to each host, from its stream of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

STDERR_LINES = 8
TIMEOUTS = "access.task_timeout and access.install_timeout in the inventory"
STRANGER = "Host key verification failed"
OTHER_KEY = (
    "it shows another SSH host key than the one that is pinned for it, so nothing was sent to it. If the machine was "
    "installed anew, pin its new key in the file access.host_keys; a key that was trusted on first use is forgotten by "
    "`pulumi up --replace '**:HostKey::NAME'`"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a host left the run: the group that the play names, the task and its message."""

    group: str
    task: str
    message: str
    unreachable: bool = False

    def told(self, noun: str) -> str:
        """In words; a group is called by `noun` (role, step)."""
        where = f"{noun} {self.group.replace('_', '-')}"
        if self.unreachable and STRANGER in self.message:
            return f"refused ({where}): {OTHER_KEY}"
        if self.unreachable:
            return f"unreachable ({where}): {self.message}"
        return f'{where}: task "{self.task}": {self.message}'


@dataclass(slots=True)
class Report:
    """Takes the events of a run, in order; groups are those that the plays name as their hosts.

    By host: `touched` are the groups in which a task ran, `changed` those in which one changed something.
    """

    plays: list[str] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)
    touched: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    facts: dict[str, list[Mapping[str, object]]] = field(default_factory=lambda: defaultdict(list))
    unhappy: frozenset[str] | None = None

    def take(self, event: Mapping[str, object]) -> None:
        """Take up one event (the compact form of `ansible_run.compact`)."""
        match event.get("event"):
            case "playbook_on_play_start":
                self.plays.append(str(event["play"]))
            case "playbook_on_stats":
                self.unhappy = frozenset(_names(event.get("unhappy")))
            case "runner_on_ok":
                self._touch(event)
            case "runner_on_failed" | "runner_on_unreachable" | "runner_item_on_failed" if not event.get("ignored"):
                self._fail(event)

    @property
    def finished(self) -> bool:
        """Whether Ansible came to its end, with or without failed hosts."""
        return self.unhappy is not None

    def failure(self, host: str) -> Failure | None:
        """Why the host left the run; a failure that the play rescued is none."""
        if self.unhappy is not None and host not in self.unhappy:
            return None
        return self.failures.get(host)

    def _touch(self, event: Mapping[str, object]) -> None:
        host = str(event["host"])
        self.touched[host].add(str(event["play"]))
        if event.get("changed"):
            self.changed[host].add(str(event["play"]))
        facts = event.get("result")
        if isinstance(facts, Mapping):
            self.facts[host].append(facts)

    def _fail(self, event: Mapping[str, object]) -> None:
        host, unreachable = str(event["host"]), event["event"] == "runner_on_unreachable"
        failure = Failure(str(event["play"]), str(event["task"]), str(event["message"]), unreachable)
        if not unreachable:
            self._touch(event)
        # The message of a failed item says more than that of the loop around it, which follows.
        known = self.failures.get(host)
        if not (known and event.get("loop") and known.task == failure.task):
            self.failures[host] = failure


def message_of(result: Mapping[str, object]) -> str:
    """What went wrong, from a task's result: its message and the end of its error output."""
    late = result.get("timedout")
    if isinstance(late, Mapping):
        return f"not done after {late.get('period')} s ({TIMEOUTS})"
    lines = [str(result.get("msg") or result.get("reason") or "failed").strip(), *_tail(result)]
    return "\n".join(line for line in dict.fromkeys(lines) if line)


def _tail(result: Mapping[str, object]) -> Iterator[str]:
    for key in ("stderr", "module_stderr", "stdout"):
        text = str(result.get(key) or "").strip()
        if text:
            yield from text.splitlines()[-STDERR_LINES:]
            return


def _names(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
