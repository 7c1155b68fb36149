"""Plain scalars of YAML 1.2's core schema: `yes`, `010` and `12:30` mean what they look like.

Source: YAML 1.2.2, section 10.3.2 (tag resolution).
"""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_BASES = ((re.compile(r"[-+]?[0-9]+"), 10), (re.compile(r"0o[0-7]+"), 8), (re.compile(r"0x[0-9a-fA-F]+"), 16))
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"(?P<inf>[-+]?\.(inf|Inf|INF))|\.(nan|NaN|NAN)")
_NUMERIC_START = frozenset("+-.0123456789")
LONGEST_NUMBER = 40


def resolve(text: str) -> Scalar:
    """The value of a plain scalar.

    Raises:
        ValueError: a number of more digits than anything here can have.
    """
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    return _number(text) if text[0] in _NUMERIC_START else text


def _number(text: str) -> Scalar:
    for pattern, base in _BASES:
        if pattern.fullmatch(text):
            return int(_short(text).lower().removeprefix("0o").removeprefix("0x"), base)
    if _FLOAT.fullmatch(text):
        return float(text)
    if special := _SPECIAL.fullmatch(text):
        return math.copysign(math.inf, -1 if text.startswith("-") else 1) if special["inf"] else math.nan
    return text


def _short(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(text)} digits")
    return text
