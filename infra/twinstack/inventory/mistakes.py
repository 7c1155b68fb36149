"""Mistakes against the schema, one for each place of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError

from twinstack.inventory.problems import Place
from twinstack.inventory.schema import errors

_OF_TYPE = {"type": 0, "enum": 1, "const": 1}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at a place: the keyword that says so, what it wants, and the reason where a format gives one."""

    place: Place
    keyword: str
    wanted: Any
    value: Any
    schema: Mapping[str, Any]
    reason: str

    @property
    def key(self) -> str:
        """The last step of the place."""
        return str(self.place[-1]) if self.place else ""


def mistakes(raw: object) -> list[Mistake]:
    """Every mistake, one a place: that of the wrong type before that of the wrong look."""
    found = [_mistake(each) for error in errors(raw) for each in _meant(error)]
    first: dict[Place, Mistake] = {}
    for mistake in sorted(found, key=lambda mistake: _OF_TYPE.get(mistake.keyword, 2)):
        first.setdefault(mistake.place, mistake)
    return list(first.values())


def _mistake(error: ValidationError) -> Mistake:
    return Mistake(
        place=tuple(error.absolute_path),
        keyword=str(error.validator),
        wanted=error.validator_value,
        value=error.instance,
        schema=error.schema if isinstance(error.schema, Mapping) else {},
        reason=str(error.cause or ""),
    )


def _meant(error: ValidationError) -> Iterator[ValidationError]:
    """The errors in the alternative that the value's type chooses; the error itself where none has that type."""
    branches: dict[object, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.schema_path[0], []).append(each)
    for branch in branches.values():
        if not any(each.validator in _OF_TYPE and not each.path for each in branch):
            for each in branch:
                yield from _meant(each)
            return
    yield error
