from __future__ import annotations

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from twinstack.provider.values import (
    UNKNOWN,
    flag,
    mapping,
    number,
    plain,
    plain_map,
    property_map,
    property_value,
    table,
    text,
    texts,
)

VALUES = {
    "name": "cpu1",
    "port": 22,
    "share": 0.5,
    "on": True,
    "none": None,
    "list": ["a", {"b": 1}],
    "map": {"a": "b"},
}


def test_values_come_back_as_they_went() -> None:
    assert plain_map(property_map(VALUES)) == VALUES


def test_whole_numbers_are_ints_and_booleans_stay_booleans() -> None:
    found = plain_map(property_map(VALUES))
    assert [type(found[key]) for key in ("port", "share", "on")] == [int, float, bool]


def test_named_properties_are_marked_as_secret_and_no_others() -> None:
    marked = property_map({"value": {"a": "b"}, "bytes": 16}, secret={"value"})
    assert {key: value.is_secret for key, value in marked.items()} == {"value": True, "bytes": False}


def test_secret_marks_are_taken_off() -> None:
    assert plain(PropertyValue({"key": PropertyValue("hush", is_secret=True)})) == {"key": "hush"}


def test_what_is_not_known_yet_passes_through_both_ways() -> None:
    assert plain(property_value(UNKNOWN)) == UNKNOWN
    assert mapping({"secrets": UNKNOWN}, "secrets") == {}


def test_what_cannot_be_a_property_is_refused() -> None:
    with pytest.raises(TypeError, match="a set cannot be a property"):
        property_value({1})


def test_readers_have_a_value_for_what_is_absent() -> None:
    assert (text({}, "a"), number({}, "a", 7), flag({}, "a"), texts({}, "a"), table({}, "a")) == ("", 7, False, (), {})


def test_a_string_is_no_list_of_texts() -> None:
    assert texts({"a": "abc"}, "a") == ()
