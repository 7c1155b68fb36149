"""A YAML document with the line of every value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from twinstack.inventory.problems import Finding, Place, Problem
from twinstack.inventory.scalars import Scalar


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line where it begins; `keys` holds the lines of a mapping's keys."""

    line: int
    value: Scalar | list[Node] | dict[str, Node]
    keys: Mapping[str, int] = field(default_factory=dict)
    size: int = 1

    def plain(self) -> Any:  # noqa: ANN401 - the type depends on the document
        """The value without lines: dictionaries, lists and scalars, nothing shared between them."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value


@dataclass(frozen=True)
class Document:
    """A file's content; `problems` holds what was wrong with it and could be passed over."""

    file: Path
    root: Node
    problems: tuple[Problem, ...] = ()

    def below(self, key: str) -> Node | None:
        """The node of a top-level key."""
        return _child(self.root, key)

    def problem(self, finding: Finding) -> Problem:
        """A finding with its line and a readable place."""
        place = self._entry(finding.place, finding.line)
        line = max(self.line(place), finding.line)
        return Problem(self.file, line, self.where(finding.place), finding.what, finding.hint)

    def line(self, place: Place) -> int:
        """The line of a place's key, or of the nearest place above that the file has."""
        line = self.root.line
        for step, node in self._walk(place):
            line = node.keys.get(str(step), line)
            child = _child(node, step)
            line = line if child is None or isinstance(node.value, dict) else child.line
        return line

    def where(self, place: Place) -> str:
        """A place as people write it: entries of lists go by their name where they have one."""
        found = ""
        nodes = dict(enumerate(node for _, node in self._walk(place)))
        for depth, step in enumerate(place):
            node = nodes.get(depth)
            name = _name(_child(node, step)) if node and isinstance(step, int) else str(step)
            found += f"[{step}]" if name is None else f".{name}"
        return found.removeprefix(".")

    def _walk(self, place: Place) -> Iterator[tuple[str | int, Node]]:
        """Each step with the node that it is taken from, as far as the file goes."""
        node: Node | None = self.root
        for step in place:
            if node is None:
                return
            yield step, node
            node = _child(node, step)

    def _entry(self, place: Place, line: int) -> Place:
        """The place of a host's field: hosts are found by the line of their entry."""
        if place[:1] == ("hosts",) and line in self._entries:
            return ("hosts", self._entries[line], *place[2:])
        return place

    @cached_property
    def _entries(self) -> Mapping[int, int]:
        """The index of the entry of hosts that begins on a line."""
        hosts = self.below("hosts")
        entries = hosts.value if hosts and isinstance(hosts.value, list) else []
        return {entry.line: index for index, entry in enumerate(entries)}


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node.value, dict):
        return node.value.get(str(step))
    if isinstance(node.value, list) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step]
    return None


def _name(node: Node | None) -> str | None:
    """The name of a list's entry."""
    name = _child(node, "name") if node else None
    return name.value if name and isinstance(name.value, str) else None
