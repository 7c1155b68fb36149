"""The published schema, ready to check with: references filled in, strict where JSON Schema is lax."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from json import loads
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from twinstack.inventory.formats import checker

Schema = Mapping[str, Any]


def errors(raw: object) -> Iterator[ValidationError]:
    """Every error of a document; a missing, unknown or misnamed key is its own error's place."""
    found: Iterator[ValidationError] = _validator().iter_errors(raw)
    return found


@cache
def tree() -> Schema:
    """The schema without references; it has no cycles, and following references takes most of a check's time."""
    schema = loads(files("twinstack.inventory").joinpath("schema.json").read_text(encoding="utf-8"))
    filled: Schema = _filled(schema, schema["$defs"])
    return filled


def _filled(part: Any, defs: Schema) -> Any:  # noqa: ANN401 - any JSON
    """A part with each `$ref` replaced by what it names; keywords beside the reference win."""
    if isinstance(part, list):
        return [_filled(entry, defs) for entry in part]
    if not isinstance(part, dict):
        return part
    target = defs[part["$ref"].removeprefix("#/$defs/")] if "$ref" in part else {}
    merged = {**target, **part}
    return {key: _filled(value, defs) for key, value in merged.items() if key not in {"$ref", "$defs"}}


def _whole(_validator: object, pattern: str, instance: object, _schema: Schema) -> Iterator[ValidationError]:
    """`pattern` on the whole text: Python's `$` would let a newline at the end pass."""
    if isinstance(instance, str) and not re.fullmatch(pattern, instance):
        yield ValidationError("does not match")


def _missing(_validator: object, names: list[str], instance: object, _schema: Schema) -> Iterator[ValidationError]:
    """`required`, with the missing key as the place."""
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError("missing", path=[name])


def _unknown(validator: Any, others: object, instance: object, schema: Schema) -> Iterator[ValidationError]:  # noqa: ANN401
    """`additionalProperties`, with the unknown key as the place."""
    if not isinstance(instance, dict):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", ())
    for name in instance:
        if name in known or any(re.fullmatch(pattern, name) for pattern in patterns):
            continue
        if others is False:
            yield ValidationError("unknown", path=[name])
        else:
            yield from validator.descend(instance[name], others, path=name)


def _misnamed(validator: Any, names: Schema, instance: object, _schema: Schema) -> Iterator[ValidationError]:  # noqa: ANN401
    """`propertyNames`, with the key as the place and the names' schema as the error's."""
    for name in instance if isinstance(instance, dict) else ():
        if not validator.evolve(schema=names).is_valid(name):
            yield ValidationError("misnamed", path=[name], instance=name, schema=names)


@cache
def _validator() -> Any:  # noqa: ANN401 - jsonschema makes the class at run time
    strict = extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        validators={
            "pattern": _whole,
            "required": _missing,
            "additionalProperties": _unknown,
            "propertyNames": _misnamed,
        },
        type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
            "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
        ),
    )
    return strict(tree(), format_checker=checker())
