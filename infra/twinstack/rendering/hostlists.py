"""Slurm hostlists: names folded as slurm.conf(5) of every version reads them, one bracket at the end.

ClusterShell's NodeSet sorts and folds in several dimensions; here names keep their order, so that the n-th name
of a folded NodeName stands for the n-th address of a folded NodeAddr.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from string import digits


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as a prefix and a number, which keeps its leading zeros."""

    prefix: str
    number: str

    @property
    def width(self) -> tuple[str, int]:
        """What numbers of one notation share where there are leading zeros."""
        return self.prefix, len(self.number)

    @property
    def padded(self) -> bool:
        """Whether the number has leading zeros."""
        return len(self.number) > 1 and self.number.startswith("0")

    def precedes(self, other: _Name) -> bool:
        """Whether `other` is the next number in the same notation."""
        same_notation = not (self.padded or other.padded) or len(self.number) == len(other.number)
        return same_notation and int(other.number) == int(self.number) + 1


def _split(name: str) -> _Name:
    prefix = name.rstrip(digits)
    return _Name(prefix, name[len(prefix) :])


def fold(names: Iterable[str]) -> str:
    """Names sorted and folded: `cpu[1-3,7],login1`."""
    split = {_split(name) for name in names}
    widths = {name.width for name in split if name.padded}
    ordered = sorted(split, key=lambda name: _rank(name, widths))
    groups = (list(group) for _, group in groupby(ordered, key=lambda name: name.prefix))
    return ",".join(_bracketed(group) for group in groups)


def _rank(name: _Name, widths: set[tuple[str, int]]) -> tuple[str, int, int]:
    """Order of people: by prefix, then by notation (`10` goes with `09`, not with `9`), then by number."""
    return name.prefix, len(name.number) if name.width in widths else 0, int(name.number or "-1")


def fold_pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Names and addresses folded side by side, in their order; a new pair begins where either prefix changes."""
    split = [(_split(name), _split(address)) for name, address in pairs]
    for _, group in groupby(split, key=lambda pair: (pair[0].prefix, pair[1].prefix)):
        names, addresses = zip(*group, strict=True)
        yield _bracketed(list(names)), _bracketed(list(addresses))


def ranges(numbers: Iterable[int]) -> str:
    """Numbers as a comma-separated list of ranges: `0-3,8`."""
    names = [_Name("", str(number)) for number in sorted(set(numbers))]
    return ",".join(_ranges(names)) if names else ""


def _bracketed(names: list[_Name]) -> str:
    prefix = names[0].prefix
    if len(names) == 1 or not names[0].number:
        return ",".join(prefix + name.number for name in names)
    return f"{prefix}[{','.join(_ranges(names))}]"


def _ranges(names: list[_Name]) -> Iterator[str]:
    first = last = names[0]
    for name in names[1:]:
        if not last.precedes(name):
            yield _range(first, last)
            first = name
        last = name
    yield _range(first, last)


def _range(first: _Name, last: _Name) -> str:
    return first.number if first is last else f"{first.number}-{last.number}"
