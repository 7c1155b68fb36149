"""Drift of a role on a host: what was found in words, and which units must be restarted to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from twinstack.provider.expected import open_texts
from twinstack.provider.host_state import Drift, HostState
from twinstack.provider.node_states import Verdict
from twinstack.provider.store import Store
from twinstack.provider.values import Properties, mapping, table, texts

CHANGED = " changed"
MOST_LINES = 40
RENEWED = frozenset({"gpu"})
"""Roles whose units did their work once, when they started: whatever was found, they do it again."""

__all__ = ["Drift", "difference", "drift_of"]


def drift_of(
    host: HostState, roles: Sequence[str], answer: Properties, verdicts: Mapping[str, Verdict], store: Store
) -> dict[str, Drift]:
    """Drift by role: what the host's own answer shows, and what the schedulers say of its node.

    A node that is silent is a fault of its own only where nothing else was found on the host that explains it; its
    daemons are restarted then.
    """
    found = _by_first({role: _words(host, role, answer, store) for role in in_order(host, roles)})
    explained = any(found.values())
    drift = {
        role: Drift(words, _units(host, role) if role in RENEWED else ()) for role, words in found.items() if words
    }
    for role, verdict in verdicts.items():
        silence = () if explained else verdict.silence
        words = (*found[role], *verdict.faults, *silence)
        if words:
            drift[role] = Drift(words, _units(host, role) if silence else ())
    return drift


def _units(host: HostState, role: str) -> tuple[str, ...]:
    return tuple(unit for owner, unit in host.units if owner == role)


def in_order(host: HostState, roles: Sequence[str]) -> list[str]:
    """Roles in the order in which they are applied, as far as their units show it; those without units come last."""
    ranks = {role: rank for rank, role in enumerate(dict.fromkeys(role for role, _ in host.units))}
    return sorted(roles, key=lambda role: (ranks.get(role, len(ranks)), role))


def _by_first(found: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What roles share (a package, a directory) is found by all of them and mended by the first."""
    told: set[str] = set()
    first = {}
    for role, words in found.items():
        first[role] = tuple(word for word in words if word not in told)
        told.update(words)
    return first


def _words(host: HostState, role: str, answer: Properties, store: Store) -> tuple[str, ...]:
    """The findings of one role, those of changed texts with the difference."""
    words, shown = texts(mapping(answer, "roles"), role), table(answer, "texts")
    if not any(word.removesuffix(CHANGED) in shown for word in words):
        return words
    wanted = dict(open_texts(host, role, store))
    return tuple(_with_difference(word, shown, wanted) for word in words)


def _with_difference(word: str, shown: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    path = word.removesuffix(CHANGED)
    if path == word or path not in shown or path not in wanted:
        return word
    return f"{word}\n{difference(shown[path], wanted[path])}"


def difference(found: str, wanted: str) -> str:
    """What `up` will take away and bring back, as a unified diff that is cut when it is long."""
    lines = _lines(found, wanted)
    shown = list(islice(lines, MOST_LINES))
    return "\n".join((*shown, *(["..."] if next(lines, None) is not None else [])))


def _lines(found: str, wanted: str) -> Iterator[str]:
    lines = difflib.unified_diff(found.splitlines(), wanted.splitlines(), lineterm="", n=1)
    return islice(lines, 2, None)
