"""Which parameters each release of Slurm knows, file by file.

Source: the option tables of Slurm's own parsers (the comment of `slurm_parameters.json` names them). `NodeName`,
`PartitionName` and `DownNodes` are the lines of slurm.conf that begin so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FILES = ("slurm.conf", "slurmdbd.conf", "cgroup.conf")
"""Files whose parameters the inventory may give."""


@dataclass(frozen=True, slots=True)
class Span:
    """A parameter as Slurm spells it, and the releases that know it: from `first` to `last`, None for open ends."""

    name: str
    first: str | None = None
    last: str | None = None

    def holds(self, release: str) -> bool:
        """Whether a release (`24.11`) knows it; releases compare as texts."""
        return (self.first is None or release >= self.first) and (self.last is None or release <= self.last)

    @property
    def words(self) -> str:
        """The span for people: `from 25.05 on`, `up to 23.02`."""
        parts = [f"from {self.first} on"] if self.first else []
        return ", ".join([*parts, f"up to {self.last}"] if self.last else parts)


def find(file: str, name: str) -> Span | None:
    """A parameter of a file, whatever its case; None where no release knows it."""
    return _spans(file).get(name.lower())


def known(file: str, release: str) -> tuple[str, ...]:
    """What a release knows in a file."""
    return tuple(span.name for span in _spans(file).values() if span.holds(release))


@cache
def _spans(file: str) -> Mapping[str, Span]:
    entry = _document()[file]
    first = {name: release for release, names in entry["since"].items() for name in names.split()}
    last = {name: release for release, names in entry["until"].items() for name in names.split()}
    names = sorted({*" ".join(entry["always"]).split(), *first, *last})
    return {name.lower(): Span(name, first.get(name), last.get(name)) for name in names}


@cache
def _document() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = files("twinstack.inventory").joinpath("slurm_parameters.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads(text)
    return found
