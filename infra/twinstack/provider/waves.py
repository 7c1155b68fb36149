"""Which hosts may be disturbed at the same time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Disturbable(Protocol):
    """What deciding about waves needs to know of a host's change."""

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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the next host of a pool goes."""

    wave: int = 0
    taken: int = 0

    def next(self, limit: int) -> _Place:
        return _Place(self.wave, self.taken + 1) if self.taken < limit else _Place(self.wave + 1, 1)


def waves(changes: Sequence[Change]) -> list[list[Change]]:
    """Changes in waves: in each, at most `max_unavailable` hosts of a pool are disturbed.

    What disturbs nobody (a new host, a change that restarts nothing that jobs need) is in the first wave.
    """
    planned: list[list[Change]] = [[]]
    places: dict[str, _Place] = defaultdict(_Place)
    for change in changes:
        wave = 0
        if change.disturbs:
            places[change.pool] = places[change.pool].next(max(1, change.max_unavailable))
            wave = places[change.pool].wave
        planned.extend([] for _ in range(len(planned), wave + 1))
        planned[wave].append(change)
    return planned
