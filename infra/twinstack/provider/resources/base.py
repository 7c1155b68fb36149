"""What every kind of resource answers to the engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from twinstack.provider.values import Properties


@dataclass(frozen=True, slots=True)
class Call:
    """Which resource an operation is about, and whether it is only a preview."""

    urn: str
    name: str
    preview: bool = False


@dataclass(frozen=True)
class Difference:
    """Property paths that differ, how, and which of them force a replacement."""

    paths: Mapping[str, PropertyDiff] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()


class Resource(ABC):
    """One kind of resource; properties are plain values (see `values`).

    `SECRET` names the properties that state keeps encrypted; `CHECKED` says that inputs can be wrong,
    `OBSERVED` that the world can differ from the state.
    """

    SECRET: ClassVar[frozenset[str]] = frozenset()
    CHECKED: ClassVar[bool] = False
    OBSERVED: ClassVar[bool] = False

    async def check(self, new: Properties, old: Properties) -> dict[str, str]:
        """What is wrong with the inputs, by property; empty when nothing is. `old` are the former ones, if any."""
        del new, old
        return {}

    @abstractmethod
    def diff(self, old: Properties, new: Properties) -> Difference:
        """How inputs differ from the state."""

    @abstractmethod
    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        """Bring it into being; its id and state."""

    @abstractmethod
    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        """Change it; its new state."""

    async def read(self, call: Call, state: Properties, inputs: Properties) -> Properties | None:
        """What it is found to be, as a state, or None where it is gone; most kinds cannot be but what state says."""
        del call, inputs
        return state

    @abstractmethod
    async def delete(self, call: Call, old: Properties) -> None:
        """Remove it."""


def changed(old: Properties, new: Properties, *names: str) -> dict[str, PropertyDiff]:
    """Input properties that differ, of those named."""
    return {name: input_change(old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def input_change(old: object, new: object) -> PropertyDiff:
    """How an input differs; old and new are not the same."""
    return PropertyDiff(_kind(old, new), input_diff=True)


def state_change(old: object, new: object) -> PropertyDiff:
    """How an input differs from what the state says was done."""
    return PropertyDiff(_kind(old, new), input_diff=False)


def _kind(old: object, new: object) -> PropertyDiffKind:
    if old is None:
        return PropertyDiffKind.ADD
    return PropertyDiffKind.DELETE if new is None else PropertyDiffKind.UPDATE
