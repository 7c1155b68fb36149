from __future__ import annotations

import math

import pytest

from twinstack.inventory.scalars import LONGEST_NUMBER, Scalar, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("12", 12),
        ("-3", -3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("190:20:30.15", "190:20:30.15"),
        ("3-00:00:00", "3-00:00:00"),
        ("2031-12-31", "2031-12-31"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.35.4", "1.35.4"),
        ("-.inf", -math.inf),
        ("5%", "5%"),
        ("+", "+"),
        (".", "."),
        ("<<", "<<"),
    ],
)
def test_core_schema(text: str, value: Scalar) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number() -> None:
    assert math.isnan(float(str(resolve(".nan"))))


def test_a_number_of_absurd_length_is_refused_before_it_is_computed() -> None:
    with pytest.raises(ValueError, match="a number of 41 digits"):
        resolve("9" * (LONGEST_NUMBER + 1))
