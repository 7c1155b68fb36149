"""Which hosts may be disturbed at the same time."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

CONTROL_PLANE = "kubernetes-control-plane"


class Disturbable(Protocol):
    """What deciding about waves needs to know of a host's change."""

    @property
    def name(self) -> str:
        """The host's name."""

    @property
    def pool(self) -> str:
        """Hosts of the same pool count together; service hosts have an empty one."""

    @property
    def max_unavailable(self) -> int:
        """How many hosts of the pool may be disturbed at a time."""

    @property
    def disturbs(self) -> Collection[str]:
        """The roles whose change disturbs what the host runs; empty for a host that is not in service."""


Change = TypeVar("Change", bound=Disturbable)


def circle(change: Disturbable) -> str:
    """Whom a host counts together with: its pool; control planes all together, wherever they are."""
    return CONTROL_PLANE if CONTROL_PLANE in change.disturbs else change.pool


def limit(change: Disturbable) -> int:
    """How many hosts of its circle may be disturbed at a time."""
    return 1 if CONTROL_PLANE in change.disturbs else max(1, change.max_unavailable)


class Waves(Generic[Change]):
    """Hosts to be disturbed: at most `max_unavailable` of a pool at a time, control planes one by one and first.

    Hosts that failed and may be broken count as unavailable; one at a time still goes on beside them. When nothing but
    failures has come of a pool, `LOST` or as many as its limit, its other hosts are left as they are.
    """

    LOST = 2

    def __init__(self, changes: Iterable[Change]) -> None:
        self._queues: dict[str, deque[Change]] = {}
        for change in sorted(changes, key=lambda each: circle(each) != CONTROL_PLANE):
            self._queues.setdefault(circle(change), deque()).append(change)
        self._limits = {name: limit(queue[0]) for name, queue in self._queues.items()}
        self._broken: Counter[str] = Counter()
        self._served: set[str] = set()

    def next(self, waiting: Sequence[Change] = ()) -> list[Change]:
        """The next wave: those that are still waited for, and as many more as there is room for."""
        wave, taken = list(waiting), Counter(circle(change) for change in waiting)
        for name, queue in self._queues.items():
            room = max(1, self._limits[name] - self._broken[name]) - taken[name]
            wave += [queue.popleft() for _ in range(min(room, len(queue)))]
            if name == CONTROL_PLANE and wave:
                return wave
        return wave

    def settle(self, change: Change, *, broken: bool) -> None:
        """Note what became of a host: whether it may be broken."""
        if broken:
            self._broken[circle(change)] += 1
        else:
            self._served.add(circle(change))

    def given_up(self) -> list[Change]:
        """Hosts that are left out because all that their pool has seen so far is failure."""
        found: list[Change] = []
        for name, queue in self._queues.items():
            if name not in self._served and self._broken[name] >= max(self.LOST, self._limits[name]):
                found += queue
                queue.clear()
        return found


def shown(changes: Sequence[Change]) -> list[str]:
    """What a preview says of waves: a line a circle."""
    lines = []
    for name in dict.fromkeys(map(circle, changes)):
        members = [change for change in changes if circle(change) == name]
        at_once = limit(members[0])
        rounds = -(-len(members) // at_once)
        who = "control planes" if name == CONTROL_PLANE else f"pool {name}" if name else "hosts without a pool"
        lines.append(f"{who}: {len(members)} host(s) disturbed, at most {at_once} at a time: {rounds} wave(s)")
    return lines
