"""From YAML text to a Document: one pass over the parser's events, with every depth and size bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml import events

from twinstack.inventory.document import Document, Node
from twinstack.inventory.problems import InventoryError, Problem
from twinstack.inventory.scalars import Scalar, resolve

DEEPEST = 100
LARGEST = 5_000_000
_TAG = "tag:yaml.org,2002:"
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def compose(text: str, file: Path) -> Document:
    """The document of a text.

    Raises:
        InventoryError: it is no YAML, empty, or more than one document.
    """
    composer = _Composer(file, text)
    try:
        root = composer.document()
    except yaml.MarkedYAMLError as error:
        raise InventoryError([*composer.problems, composer.syntax(error)]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"a character that YAML does not allow (code {error.character})"
        raise InventoryError([Problem(file, line, "", what)]) from error
    return Document(file, root, tuple(composer.problems))


@dataclass(slots=True)
class _Composer:
    """Builds nodes from events; collects what can be passed over, raises what cannot."""

    file: Path
    text: str
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    path: list[str | int] = field(default_factory=list)
    stream: Iterator[events.Event] = field(init=False)

    def document(self) -> Node:
        """The only document of the text."""
        self.stream = yaml.parse(self.text, Loader=_LOADER)
        root: Node | None = None
        for event in self.stream:
            if isinstance(event, events.DocumentStartEvent):
                if root is not None:
                    raise self.stop(event, "a second document begins here", "one site a file")
                root = self.node(next(self.stream))
        if root is None:
            raise InventoryError([Problem(self.file, 1, "", "the file is empty", "see stacks/lab/site.yaml")])
        return root

    def node(self, event: events.Event) -> Node:
        """The node that begins with an event."""
        if isinstance(event, events.AliasEvent):
            return self.alias(event)
        if isinstance(event, events.ScalarEvent):
            return self.anchored(event, Node(_line(event), self.scalar(event)))
        return self.collection(event)

    def collection(self, event: events.Event) -> Node:
        """A mapping or a list, up to its end."""
        if len(self.path) > DEEPEST:
            raise self.stop(event, f"nested more than {DEEPEST} levels deep")
        anchor = getattr(event, "anchor", None)
        self.opened |= {anchor} if anchor else set()
        node = self.mapping(event) if isinstance(event, events.MappingStartEvent) else self.sequence(event)
        self.opened.discard(anchor)
        if node.size > LARGEST:
            raise self.stop(event, "aliases make the document too large", "write it without aliases of aliases")
        return self.anchored(event, node)

    def anchored(self, event: events.Event, node: Node) -> Node:
        """The node, remembered by its anchor."""
        if anchor := getattr(event, "anchor", None):
            self.anchors[anchor] = node
        return node

    def alias(self, event: events.AliasEvent) -> Node:
        """What an alias stands for."""
        if event.anchor in self.opened:
            raise self.stop(event, f"*{event.anchor} is inside of what it stands for")
        if event.anchor not in self.anchors:
            raise self.stop(event, f"*{event.anchor} stands for nothing", f"no &{event.anchor} comes before it")
        target = self.anchors[event.anchor]
        return Node(_line(event), target.value, target.keys, target.size)

    def sequence(self, event: events.Event) -> Node:
        """A list."""
        entries: list[Node] = []
        while not isinstance(following := next(self.stream), events.SequenceEndEvent):
            entries.append(self.child(len(entries), following))
        return Node(_line(event), entries, size=1 + sum(entry.size for entry in entries))

    def mapping(self, event: events.Event) -> Node:
        """A mapping; the first of keys that are the same is kept."""
        found: dict[str, Node] = {}
        keys: dict[str, int] = {}
        while not isinstance(following := next(self.stream), events.MappingEndEvent):
            key = self.key(following)
            child = self.child(key or "?", next(self.stream))
            if key is not None and key in found:
                self.report(following, f"the key '{key}' is here twice", f"first in line {keys[key]}")
            elif key is not None:
                found[key], keys[key] = child, _line(following)
        return Node(_line(event), found, keys, 1 + sum(child.size for child in found.values()))

    def child(self, step: str | int, event: events.Event) -> Node:
        """The node below a key or an index."""
        self.path.append(step)
        node = self.node(event)
        self.path.pop()
        return node

    def key(self, event: events.Event) -> str | None:
        """A mapping's key; None, reported, where it is no text."""
        node = self.node(event)
        if isinstance(node.value, str):
            if node.value == "<<" and getattr(event, "implicit", (False,))[0]:
                self.report(event, "merge keys (<<) are not part of YAML 1.2", "write the fields out")
                return None
            return node.value
        shown = event.value if isinstance(event, events.ScalarEvent) else "a list or mapping"
        self.report(event, f"a key must be text, not {shown}", f'in quotes: "{shown}"')
        return None

    def scalar(self, event: events.ScalarEvent) -> Scalar:
        """A scalar's value by its tag, its quotes, or its look."""
        tag = event.tag.removeprefix(_TAG) if event.tag else None
        if tag not in {None, "!", "str"}:
            self.report(event, f"the tag {event.tag} is not known here", "leave it away")
        if tag is not None or not event.implicit[0]:
            return str(event.value)
        try:
            return resolve(event.value)
        except ValueError as error:
            self.report(event, str(error), "too long for a number here")
            return str(event.value)

    def report(self, event: events.Event, what: str, hint: str = "") -> None:
        """Note a problem and go on."""
        self.problems.append(Problem(self.file, _line(event), self.where(), what, hint))

    def stop(self, event: events.Event, what: str, hint: str = "") -> InventoryError:
        """The error for something after which nothing can be read."""
        return InventoryError([*self.problems, Problem(self.file, _line(event), self.where(), what, hint)])

    def where(self) -> str:
        """The place that is being read."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).removeprefix(".")

    def syntax(self, error: yaml.MarkedYAMLError) -> Problem:
        """The problem of a syntax error."""
        mark = error.problem_mark or error.context_mark
        since = f"{error.context} in line {error.context_mark.line + 1}" if error.context and error.context_mark else ""
        last = max(1, self.text.count("\n") + (not self.text.endswith("\n")))
        line = min(mark.line + 1, last) if mark else 1
        return Problem(self.file, line, "", error.problem or error.context or "this is not YAML", since)


def _line(event: events.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark else 1
