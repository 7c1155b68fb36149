"""Which hosts may be disturbed at the same time."""

from __future__ import annotations

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

    Counted as Kubernetes counts maxUnavailable: who is `out` already uses the limit up, whatever the reason, and so
    does who fails half-way. Hosts that are out themselves go first, for their change takes nothing away.
    """

    def __init__(self, changes: Iterable[Change], out: Mapping[str, Out] | None = None) -> None:
        self._queues: dict[str, list[Change]] = {}
        for change in sorted(changes, key=lambda each: circle(each) != CONTROL_PLANE):
            self._queues.setdefault(circle(change), []).append(change)
        self._limits = {name: limit(queue[0]) for name, queue in self._queues.items()}
        self._members = {name: members(queue) for name, queue in self._queues.items()}
        self._out = {name: among(hosts, out or {}) for name, hosts in self._members.items()}

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
        out, most = self._out[name], self._limits[name]
        found = [change for change in self._queues[name] if change.name in out][: most - len(taken)]
        unavailable = out.keys() | taken | {change.name for change in found}
        well = [change for change in self._queues[name] if change.name not in out]
        found += well[: max(0, most - len(unavailable))]
        begun = {change.name for change in found}
        self._queues[name] = [change for change in self._queues[name] if change.name not in begun]
        return found

    def settle(self, change: Change, *, broken: bool) -> None:
        """Note what became of a host: whether it may be broken."""
        for name, out in self._out.items():
            if change.name not in self._members[name]:
                continue
            if broken:
                out[change.name] = BROKEN
            elif change.name in out and not out[change.name].lasts:
                del out[change.name]

    def left(self) -> dict[str, str]:
        """Hosts for which there was no room in the end, and why."""
        return {
            change.name: no_room(name, self._limits[name], self._out[name])
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


def no_room(name: str, most: int, out: Mapping[str, Out]) -> str:
    """Why no host of a circle may be taken out of service, and what to do."""
    named = [f"{host} ({each.why})" for host, each in sorted(out.items())]
    more = [f"{len(named) - NAMED} more"] if len(named) > NAMED else []
    raised = "" if name in {CONTROL_PLANE, ""} else ", or raise the pool's max_unavailable"
    return (
        f"{called(name)}: {most} may be out of service at a time, and out are {', '.join([*named[:NAMED], *more])}. "
        f"Mend them, or take them out of the inventory{raised}; `maintenance: true` counts as out"
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
