"""What building a Site comes across: findings, and places whose value could not be taken as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from twinstack.inventory.problems import Finding, Place, concerns

Section = Mapping[str, Any]
"""A mapping that the schema has accepted."""


@dataclass(slots=True)
class Notes:
    """Collects findings; `doubts` are places that hold a stand-in, `respelt` gives misspelt keys as written."""

    findings: list[Finding] = field(default_factory=list)
    doubts: set[Place] = field(default_factory=set)
    respelt: dict[Place, str] = field(default_factory=dict)

    def as_written(self, finding: Finding) -> Finding:
        """A finding whose place is spelt as in the file."""
        place = finding.place
        written = tuple(self.respelt.get(place[: depth + 1], step) for depth, step in enumerate(place))
        return replace(finding, place=written)

    def tell(self, place: Place, what: str, hint: str, *reads: str) -> None:
        """Note a mistake, unless it follows from a doubt about what was read."""
        if not concerns(self.doubts, reads):
            self.findings.append(Finding(place, what, hint))

    def refuse(self, place: Place, what: str, hint: str, *reads: str) -> None:
        """Note that a value cannot be taken, and that a stand-in is in its place."""
        self.tell(place, what, hint, *reads)
        self.doubts.add(place)
