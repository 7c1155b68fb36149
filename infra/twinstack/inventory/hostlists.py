"""Slurm host lists: expanded in the order in which they are written, and spread over an entry's hosts.

ClusterShell parses the ranges and folds names for messages. Its NodeSet sorts and drops what is double; here the
order counts, because names are zipped with addresses, and what is double is a mistake to be told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from ClusterShell.RangeSet import RangeSet

LARGEST = 100_000
_PART = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_RANGE = re.compile(r"(?P<low>\d{1,9})(?:-(?P<high>\d{1,9})(?:/(?P<step>[1-9]\d{0,5}))?)?")


def expand(text: str) -> list[str]:
    """The names of a host list, in its order: `cpu[0001-0512]`, `a[1-2]b[1-2]`, `n1,n[4-5]`.

    Raises:
        ValueError: brackets or ranges that do not read, or more than LARGEST names.
    """
    if "[" not in text and "," not in text:
        if "]" in text or not text:
            raise ValueError("a bracket closes that was not opened" if text else "empty")
        return [text]
    found: list[str] = []
    for piece in _pieces(text):
        found += _names(piece)
        _bounded(len(found))
    return found


def fold(names: Iterable[str]) -> str:
    """Names folded for people: `cpu[0001-0003,0007]`."""
    return str(NodeSet.fromlist(list(names), resolver=RESOLVER_NOGROUP))


def doubles(names: Iterable[str]) -> list[str]:
    """Names that are there more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def spread(values: Sequence[str], hosts: int) -> Iterator[str]:
    """A value for each of so many hosts: zipped where they are as many, else in equal blocks.

    Raises:
        ValueError: the number of values does not divide that of the hosts; shows the arithmetic.
    """
    each, left = divmod(hosts, len(values))
    if left or not each:
        raise ValueError(f"{len(values)} for {hosts} hosts: {arithmetic(len(values), hosts)}")
    return (value for value in values for _ in range(each))


def arithmetic(values: int, hosts: int) -> str:
    """Why so many values do not go into so many hosts."""
    if values > hosts:
        return f"{values - hosts} too many"
    return f"{hosts} / {values} leaves {hosts % values}"


def _pieces(text: str) -> list[str]:
    """The parts between commas that are outside of brackets."""
    depth, pieces = 0, [""]
    for char in text:
        depth += (char == "[") - (char == "]")
        if depth not in {0, 1}:
            raise ValueError("brackets do not nest" if depth > 1 else "a bracket closes that was not opened")
        if char == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += char
    if depth:
        raise ValueError("a bracket is not closed")
    if not all(pieces):
        raise ValueError("a comma with nothing beside it")
    return pieces


def _names(piece: str) -> Iterator[str]:
    parts = [(inside, literal) for inside, literal in _PART.findall(piece)]
    if "[]" in piece:
        raise ValueError("brackets with nothing inside")
    counts = [sum(_count(text) for text in inside.split(",")) if inside else 1 for inside, _ in parts]
    _bounded(prod(counts))
    return map("".join, product(*(_numbers(inside) if inside else (literal,) for inside, literal in parts)))


def _bounded(count: int) -> None:
    if count > LARGEST:
        raise ValueError(f"{count} names; at most {LARGEST} in a list")


def _count(text: str) -> int:
    """How many numbers a range has, before they are made."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no range such as 01-16")
    low, high = match["low"], match["high"] or match["low"]
    if int(high) < int(low):
        raise ValueError(f"the range {text} runs backwards")
    if len(low) != len(high) and "0" in {low[0], high[0]} and low != "0":
        raise ValueError(f"the ends of {text} have leading zeros of different width")
    return (int(high) - int(low)) // int(match["step"] or 1) + 1


def _numbers(inside: str) -> list[str]:
    return [number for text in inside.split(",") for number in RangeSet(text).striter()]
