"""The words for a mistake against the schema: what it is, and what to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from json import dumps
from typing import Any

from twinstack.inventory.hostlists import doubles
from twinstack.inventory.mistakes import Mistake
from twinstack.inventory.problems import Finding
from twinstack.inventory.units import size_hint

LONGEST = 60
MOST = 40
SIMILAR = 0.6
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}
Words = tuple[str, str]


def finding(mistake: Mistake) -> Finding:
    """What a mistake is, and where."""
    what, hint = _WORDS.get(mistake.keyword, _look)(mistake)
    return Finding(mistake.place, what, hint)


def shown(value: object) -> str:
    """A value for a message: as in the file, shortened, control characters escaped."""
    if value is None:
        return "nothing"
    plain = isinstance(value, str) and value and value.isprintable()
    text = str(value) if plain else dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known word, or all of them."""
    choices = list(known)
    near = nearest(word, choices)
    return f"did you mean {near}?" if near else f"known: {', '.join(choices[:MOST]) or 'none'}"


def nearest(word: str, known: Iterable[str], cutoff: float = SIMILAR) -> str | None:
    """The known word that looks most like one, whatever the case; None where none does."""
    choices = {choice.lower(): choice for choice in known}
    near = get_close_matches(word.lower()[:LONGEST], choices, n=1, cutoff=cutoff)
    return choices[near[0]] if near else None


def _unknown(mistake: Mistake) -> Words:
    known = mistake.schema.get("properties", {})
    return "unknown key", did_you_mean(mistake.key, known) if known else "it takes no settings"


def _missing(mistake: Mistake) -> Words:
    return "missing", _such_as(mistake.schema["properties"][mistake.key])


def _misnamed(mistake: Mistake) -> Words:
    return f"the name {shown(mistake.value)} is not {mistake.schema['title']}", _such_as(mistake.schema)


def _type(mistake: Mistake) -> Words:
    if not mistake.place:
        return f"{shown(mistake.value)} is no site", "a mapping of sections, as in stacks/lab/site.yaml"
    wanted = mistake.schema.get("title") or _TYPES[mistake.wanted]
    if mistake.value is None:
        return f"nothing is here, must be {wanted}", "fill it in or leave the line out"
    number = isinstance(mistake.value, int | float) and not isinstance(mistake.value, bool)
    hint = _as_text(mistake) if number and mistake.wanted == "string" else _such_as(mistake.schema)
    return f"{shown(mistake.value)} must be {wanted}", hint


def _as_text(mistake: Mistake) -> str:
    """How to write a number that was meant as text."""
    text = shown(mistake.value)
    match mistake.schema.get("format"):
        case "size":
            return size_hint(text)
        case "duration":
            return f"name the unit: {text}s"
    return f'in quotes: "{text}"'


def _enum(mistake: Mistake) -> Words:
    choices = [shown(choice) for choice in mistake.wanted]
    near = nearest(mistake.value, choices) if isinstance(mistake.value, str) else None
    hint = f"did you mean {near}?" if near else f"such as {choices[0]}"
    return f"{shown(mistake.value)} is not one of {', '.join(choices)}", hint


def _const(mistake: Mistake) -> Words:
    return f"{shown(mistake.value)} is not supported", f"supported: {shown(mistake.wanted)}"


def _look(mistake: Mistake) -> Words:
    """A text or a value of the right type that is not what it must be."""
    what = f"{shown(mistake.value)} is not {mistake.schema.get('title', 'as it must be')}"
    if mistake.schema.get("format") == "size":
        return what, mistake.reason or size_hint(str(mistake.value))
    reason = f"{shown(mistake.reason)}; " if mistake.reason else ""
    return what, reason + _such_as(mistake.schema)


def _bounds(mistake: Mistake) -> Words:
    low, high = mistake.schema.get("minimum"), mistake.schema.get("maximum")
    return f"{shown(mistake.value)} is out of range", f"from {low} to {high}"


def _empty(mistake: Mistake) -> Words:
    return "nothing is in it", _such_as(mistake.schema)


def _double(mistake: Mistake) -> Words:
    return f"{', '.join(doubles(map(shown, mistake.value)))} listed twice", "once is enough"


def _alternatives(mistake: Mistake) -> Words:
    return f"{shown(mistake.value)} must be {mistake.schema['title']}", _such_as(mistake.schema)


def _such_as(schema: Mapping[str, Any]) -> str:
    """The schema's first example, as YAML of one line."""
    return f"such as {flow(schema['examples'][0])}"


def flow(value: object) -> str:
    """A value as YAML's flow notation."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if not isinstance(value, str):
        return dumps(value)
    needs_quotes = set(value) & set("[]{},") or value.replace(".", "", 1).isdecimal()
    return f'"{value}"' if needs_quotes else value


_WORDS: Mapping[str, Callable[[Mistake], Words]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "propertyNames": _misnamed,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bounds,
    "maximum": _bounds,
    "minItems": _empty,
    "minProperties": _empty,
    "uniqueItems": _double,
    "oneOf": _alternatives,
}
