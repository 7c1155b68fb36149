"""What is wrong with an inventory, told so that one can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: `line` counts from 1, `where` names the place, `hint` says what to write."""

    file: Path
    line: int
    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        """`file:line: where: what (hint)`."""
        where = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return _printable(f"{self.file}:{self.line}: {where}{self.what}{hint}")


def _printable(text: str) -> str:
    """A text of one line: whatever a file may hold, it must not steer a terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class InventoryError(Exception):
    """An inventory that cannot be used; `problems` holds everything that is wrong with it, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


Place = tuple[str | int, ...]
"""Where in a document: keys, and indices of lists."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its line is looked up; `line` helps where hosts of one entry cannot be told apart by place."""

    place: Place
    what: str
    hint: str = ""
    line: int = 0


def concerns(doubts: Iterable[Place], reads: Iterable[str]) -> bool:
    """Whether one of the doubtful places is among what is read, such as `hosts.*.pool`.

    A reading that ends in `*` stands for the names there, any other one for all that is below it.
    """
    parts = [reading.split(".") for reading in reads]
    return any(_touches(doubt, reading) for doubt in doubts for reading in parts)


def _touches(doubt: Place, reading: list[str]) -> bool:
    if len(doubt) > len(reading) and reading[-1] == "*":
        return False
    return all(read in {"*", str(step)} for step, read in zip(doubt, reading, strict=False))
