"""A valid inventory, and ways to break it one place at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from twinstack.inventory.load import load
from twinstack.inventory.problems import InventoryError, Problem

VALID = (Path(__file__).parent / "data" / "site.yaml").read_text()


@dataclass(frozen=True)
class Case:
    """What to change in the valid inventory, and what must be said of which line.

    `at` is how that line begins: the first one that does, after one that begins with `below` (which is not indented
    by itself: its blanks count).
    """

    rule: str
    edits: tuple[tuple[str, str], ...]
    at: str
    says: str
    below: str = ""

    def __str__(self) -> str:
        return f"{self.rule}: {self.says}"

    @property
    def text(self) -> str:
        return broken(*self.edits)


def case(rule: str, *edits: tuple[str, str], at: str, says: str, below: str = "") -> Case:
    return Case(rule, edits, at, says, below)


def broken(*edits: tuple[str, str]) -> str:
    """The valid inventory with parts changed; a part that is not there would test nothing."""
    text = VALID
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in the inventory"
        text = text.replace(old, new)
    return text


def section(name: str) -> str:
    """A top-level section of the valid inventory, as it stands there."""
    match = re.search(rf"^{name}:\n(?: .*\n|\n)*", VALID, re.MULTILINE)
    assert match, f"no section {name}"
    return match[0]


def line_of(text: str, at: str, below: str = "") -> int:
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(below)) if below else 0
    return next(i for i, line in enumerate(lines[start:], start + 1) if line.strip().startswith(at))


def problems_of(text: str, folder: Path) -> tuple[Problem, ...]:
    file = folder / "site.yaml"
    file.write_text(text)
    try:
        load(file)
    except InventoryError as error:
        return error.problems
    return ()


def assert_found(case: Case, folder: Path) -> None:
    """Exactly one problem, at the line, with the words."""
    found = problems_of(case.text, folder)
    assert found, "nothing was found"
    assert [problem.line for problem in found] == [line_of(case.text, case.at, case.below)], "\n".join(map(str, found))
    assert case.says in f"{found[0].what} ({found[0].hint})"
