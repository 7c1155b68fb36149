"""Which hosts may be disturbed at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

CONTROL_PLANE = "kubernetes-control-plane"
NAMED = 5
"""How many of the hosts that are out of service a message names."""


@dataclass(frozen=True, slots=True)
class Out:
    """Why a host is out of service; `lasts` where its own change does not bring it back."""

    why: str
    lasts: bool = False


BROKEN = Out("its change failed in this run", lasts=True)


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

    @property
    def peers(self) -> Collection[str]:
        """The hosts that its schedulers count together with it, itself among them."""


Change = TypeVar("Change", bound=Disturbable)


def circle(change: Disturbable) -> str:
    """Whom a host counts together with: its pool; control planes all together, wherever they are."""
    return CONTROL_PLANE if CONTROL_PLANE in change.disturbs else change.pool


def limit(change: Disturbable) -> int:
    """How many hosts of its circle may be out of service at a time."""
    return 1 if CONTROL_PLANE in change.disturbs else max(1, change.max_unavailable)


def still(out: Mapping[str, Out], changed: Collection[str]) -> dict[str, Out]:
    """Who is out of service, without those that a change just now brings back."""
    return {name: each for name, each in out.items() if each.lasts or name not in changed}


class Waves(Generic[Change]):
    """Hosts to be disturbed: a pool has at most `max_unavailable` out of service, control planes go first, one by one.

    Who is `out` already uses the limit up, whatever the reason, and so does who fails half-way; hosts that are out
    themselves go first, for their change takes nothing away. One at a time still goes on beside them, so that a dead
    host holds nobody up, but no control plane beside another that is out: that might cost the cluster its quorum. When
    nothing but failures has come of a pool, `LOST` or as many as its limit, its other hosts are left as they are.
    """

    LOST = 2

    def __init__(self, changes: Iterable[Change], out: Mapping[str, Out] | None = None) -> None:
        self._queues: dict[str, list[Change]] = {}
        for change in sorted(changes, key=lambda each: circle(each) != CONTROL_PLANE):
            self._queues.setdefault(circle(change), []).append(change)
        self._limits = {name: limit(queue[0]) for name, queue in self._queues.items()}
        self._members = {name: members(queue) for name, queue in self._queues.items()}
        self._out = {name: among(hosts, out or {}) for name, hosts in self._members.items()}
        self._failed: Counter[str] = Counter()
        self._served: set[str] = set()

    def next(self, waiting: Sequence[Change] = ()) -> list[Change]:
        """The next wave: those that are still waited for, and as many more as there is room for."""
        wave = list(waiting)
        for name in self._queues:
            wave += self._more(name, {change.name for change in waiting if circle(change) == name})
            if name == CONTROL_PLANE and wave:
                return wave
        return wave

    def _more(self, name: str, taken: set[str]) -> list[Change]:
        """Hosts of a circle beside those that are waited for: who is out already, then who may be taken out."""
        if self._lost(name):
            return []
        out, most = self._out[name], self._limits[name]
        found = [change for change in self._queues[name] if change.name in out][: most - len(taken)]
        begun = taken | {change.name for change in found}
        well = [change for change in self._queues[name] if change.name not in out]
        found += well[: max(most - len(out.keys() | begun), 0 if begun or name == CONTROL_PLANE else 1)]
        picked = {change.name for change in found}
        self._queues[name] = [change for change in self._queues[name] if change.name not in picked]
        return found

    def _lost(self, name: str) -> bool:
        return name not in self._served and self._failed[name] >= max(self.LOST, self._limits[name])

    def settle(self, change: Change, *, broken: bool) -> None:
        """Note what became of a host: whether it may be broken."""
        if broken:
            self._failed[circle(change)] += 1
        else:
            self._served.add(circle(change))
        for name, out in self._out.items():
            if change.name not in self._members[name]:
                continue
            if broken:
                out[change.name] = BROKEN
            elif change.name in out and not out[change.name].lasts:
                del out[change.name]

    def left(self) -> dict[str, str]:
        """Hosts that were not begun with in the end, and why."""
        return {
            change.name: given_up(name) if self._lost(name) else no_room(self._out[name])
            for name, queue in self._queues.items()
            for change in queue
        }


def members(queue: Iterable[Disturbable]) -> set[str]:
    """The hosts of a circle."""
    return {name for change in queue for name in (change.name, *change.peers)}


def among(hosts: Collection[str], out: Mapping[str, Out]) -> dict[str, Out]:
    """Those of the hosts that are out of service."""
    return {name: each for name, each in out.items() if name in hosts}


def called(name: str) -> str:
    """A circle in words."""
    return "control planes" if name == CONTROL_PLANE else f"pool {name}" if name else "hosts without a pool"


def given_up(name: str) -> str:
    """Why the others of a circle are left as they are."""
    return f"all hosts of {called(name)} that were begun with have failed: see there, then `up` goes on"


def no_room(out: Mapping[str, Out]) -> str:
    """Why no control plane may be taken out of service, and what to do."""
    named = [f"{host} ({each.why})" for host, each in sorted(out.items())]
    more = [f"{len(named) - NAMED} more"] if len(named) > NAMED else []
    return (
        f"one control plane may be out of service at a time, and out are {', '.join([*named[:NAMED], *more])}. Mend "
        "them, or take them out of the inventory; `maintenance: true` counts as out"
    )


def shown(changes: Sequence[Change]) -> list[str]:
    """What a preview says of waves: a line a circle; it asks no scheduler."""
    lines = []
    for name in dict.fromkeys(map(circle, changes)):
        disturbed = [change for change in changes if circle(change) == name]
        at_once = limit(disturbed[0])
        rounds = f"{-(-len(disturbed) // at_once)} wave(s), more where others are out of service by then"
        lines.append(f"{called(name)}: {len(disturbed)} host(s) disturbed, at most {at_once} at a time: {rounds}")
    return lines
