"""What a rule is: a named function over the Site, and the places that it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from twinstack.inventory.hostlists import fold
from twinstack.inventory.model import Host, Site
from twinstack.inventory.problems import Finding, Place, concerns

Check = Callable[[Site], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `reads` are places as `concerns` understands them."""

    check: Check
    reads: tuple[str, ...]

    @property
    def name(self) -> str:
        """Module and function."""
        return f"{self.check.__module__.rpartition('.')[2]}.{self.check.__name__}"

    def waits(self, doubts: Iterable[Place]) -> bool:
        """Whether something that the rule reads is not as the inventory means it."""
        return concerns(doubts, self.reads)


def rule(*reads: str) -> Callable[[Check], Rule]:
    """Make a rule of a function that yields findings."""
    return lambda check: Rule(check, reads)


def on_hosts(hosts: Iterable[Host], field: str, what: str, hint: str = "") -> Iterator[Finding]:
    """One finding for each entry of the inventory that holds some of the hosts; `what` follows their names."""
    for line, group in groupby(sorted(hosts, key=lambda host: host.line), key=lambda host: host.line):
        names = fold(host.name for host in group)
        yield Finding(("hosts", names, field), f"{names} {what}", hint, line)
