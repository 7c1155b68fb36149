"""Mend a document against the schema, so that one mistake does not keep rules from judging the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from twinstack.inventory.build.notes import Notes, Section
from twinstack.inventory.mistakes import Mistake, mistakes
from twinstack.inventory.wording import finding, nearest

ROUNDS = 4
"""Stand-ins are examples of the schema, which are valid: more rounds than two would be a defect of ours."""
SURE = 0.75
_HARMLESS = {"propertyNames", "uniqueItems"}
"""Mistakes that leave a value which can be built from."""


def mend(raw: Any, notes: Notes) -> Section | None:  # noqa: ANN401 - any YAML
    """Note every mistake in `raw`; returns it with a stand-in for each, or None where nothing can be built.

    A misspelt key is taken as what was meant, other unknown ones are left out. What is missing or wrong becomes the
    schema's example and is noted as a doubt.
    """
    found = _respell(raw, notes)
    notes.findings += map(finding, found)
    for _ in range(ROUNDS):
        if not (blocking := [mistake for mistake in found if mistake.keyword not in _HARMLESS]):
            mended: Section = raw
            return mended
        if any(not mistake.place for mistake in blocking):
            return None
        for mistake in blocking:
            _replace(raw, mistake, notes)
        found = mistakes(raw)
    return None


def _respell(raw: Any, notes: Notes) -> list[Mistake]:  # noqa: ANN401
    """Take misspelt keys as what was meant, outer ones first, and tell; returns what else is wrong."""
    found = mistakes(raw)
    while misspelt := [(mistake, meant) for mistake in found if (meant := _spelt(mistake))]:
        for mistake, meant in misspelt:
            holder, key = _holder(raw, mistake.place)
            if meant not in holder:
                notes.findings.append(finding(mistake))
                notes.respelt[*mistake.place[:-1], meant] = key
                holder[meant] = holder.pop(key)
        found = mistakes(raw)
    return found


def _spelt(mistake: Mistake) -> str | None:
    """The known key that an unknown one was meant to be, where that is not there as well."""
    if mistake.keyword != "additionalProperties":
        return None
    known: Mapping[str, object] = mistake.schema.get("properties", {})
    return nearest(mistake.key, (name for name in known if name not in mistake.value), SURE)


def _replace(raw: Any, mistake: Mistake, notes: Notes) -> None:  # noqa: ANN401
    """Put a stand-in where the mistake is."""
    holder, last = _holder(raw, mistake.place)
    if mistake.keyword == "additionalProperties":
        del holder[last]
        return
    notes.doubts.add(mistake.place)
    schema = mistake.schema["properties"][last] if mistake.keyword == "required" else mistake.schema
    holder[last] = deepcopy(schema["examples"][0])


def _holder(raw: Any, place: Iterable[str | int]) -> tuple[Any, Any]:  # noqa: ANN401
    """What holds the last step of a place, and that step."""
    *above, last = place
    for step in above:
        raw = raw[step]
    return raw, last
