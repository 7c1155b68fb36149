"""Conditions: named questions to a running host, each with a verdict that says what was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What came of asking; `not here` is a capability that the machine lacks, never a pass."""

    OK = "ok"
    WRONG = "wrong"
    NOT_HERE = "not here"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and, in words, what was seen."""

    outcome: Outcome
    message: str

    @classmethod
    def of(cls, ok: bool, message: str) -> Verdict:  # noqa: FBT001 - a verdict is made from a comparison
        """OK or wrong, by a comparison."""
        return cls(Outcome.OK if ok else Outcome.WRONG, message)

    @classmethod
    def wrong(cls, message: str) -> Verdict:
        """Not as it must be."""
        return cls(Outcome.WRONG, message)

    @classmethod
    def not_here(cls, reason: str) -> Verdict:
        """The machine cannot show this."""
        return cls(Outcome.NOT_HERE, reason)

    @classmethod
    def same(cls, what: str, planned: object, seen: object) -> Verdict:
        """OK when what is seen is what was planned."""
        return cls.of(planned == seen, f"{what}: planned {planned!r}, seen {seen!r}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command on a host returned."""

    rc: int
    stdout: str
    stderr: str


class Shell(Protocol):
    """Runs commands on one host; arguments are quoted, nothing is interpreted."""

    def run(self, *argv: str) -> Answer:
        """Run one command and return its answer."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to one host: `concern` groups (services, slurm, ...), `name` says what must be true."""

    concern: str
    host: str
    name: str
    check: Callable[[Shell], Verdict]

    @property
    def title(self) -> str:
        """The name that reports show: host, concern and what must be true."""
        return f"{self.host}: {self.concern}: {self.name}"
