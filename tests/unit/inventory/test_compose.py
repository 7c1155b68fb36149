from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.inventory.breaking import VALID
from twinstack.inventory.compose import DEEPEST, compose
from twinstack.inventory.problems import InventoryError

FILE = Path("site.yaml")


def plain(text: str) -> Any:
    return compose(text, FILE).root.plain()


def stopped(text: str) -> list[str]:
    with pytest.raises(InventoryError) as raised:
        compose(text, FILE)
    return [str(problem) for problem in raised.value.problems]


def passed_over(text: str) -> list[str]:
    return [str(problem) for problem in compose(text, FILE).problems]


def test_quotes_and_tags_make_text() -> None:
    assert plain("{a: '12', b: \"true\", c: !!str 12, d: 12, e: ! 12}") == {
        "a": "12",
        "b": "true",
        "c": "12",
        "d": 12,
        "e": "12",
    }


def test_aliases_stand_for_equal_but_separate_values() -> None:
    value = plain("a: &x [1, {b: 2}]\nc: *x\n")
    assert value == {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}
    assert value["a"] is not value["c"]


def test_values_and_keys_know_their_lines() -> None:
    document = compose("a: 1\nb:\n  - x\n  - name: y\n    c: [1,\n      2]\n", FILE)
    assert [document.line(place) for place in (("a",), ("b",), ("b", 1), ("b", 1, "c"), ("b", 1, "c", 1))] == [
        1,
        2,
        4,
        5,
        6,
    ]


def test_a_double_key_is_told_with_the_first_line_which_counts() -> None:
    text = "pools:\n  batch: 1\n  other: 2\n  batch: 3\n"
    assert passed_over(text) == ["site.yaml:4: pools: the key 'batch' is here twice (first in line 2)"]
    assert plain(text) == {"pools": {"batch": 1, "other": 2}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a:\n  12: x\n", 'site.yaml:2: a: a key must be text, not 12 (in quotes: "12")'),
        ("a:\n  [b]: x\n", "site.yaml:2: a: a key must be text, not a list or mapping"),
        (
            "a: &x {b: 1}\nc:\n  <<: *x\n",
            "site.yaml:3: c: merge keys (<<) are not part of YAML 1.2 (write the fields out)",
        ),
        ("a: !!binary aGk=\n", "site.yaml:1: a: the tag tag:yaml.org,2002:binary is not known here (leave it away)"),
        ("a: [1, !mine x]\n", "site.yaml:1: a[1]: the tag !mine is not known here (leave it away)"),
        (f"a: {'9' * 5000}\n", "site.yaml:1: a: a number of 5000 digits (too long for a number here)"),
    ],
)
def test_what_can_be_passed_over_is_told(text: str, problem: str) -> None:
    assert passed_over(text)[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "site.yaml:1: the file is empty"),
        ("# only a comment\n", "site.yaml:1: the file is empty"),
        ("a: 1\n---\nb: 2\n", "site.yaml:2: a second document begins here (one site a file)"),
        ("a: 1\n b: 2\n", "site.yaml:2: mapping values are not allowed"),
        ("a: [1, 2\n", "site.yaml:1: did not find expected"),
        ("a: 'x\n", "site.yaml:1: found unexpected end of stream (while scanning a quoted scalar in line 1)"),
        ("a: b\n\tc: d\n", "site.yaml:2:"),
        ("a: *nobody\n", "site.yaml:1: a: *nobody stands for nothing (no &nobody comes before it)"),
        ("a: &x\n  b: *x\n", "site.yaml:2: a.b: *x is inside of what it stands for"),
        ("a: x\nb: \x00\n", "site.yaml:2: a character that YAML does not allow (code 0)"),
        ("a: !<unknown\n", "site.yaml:1:"),
        ("%YAML 3.0\n---\na: 1\n", "site.yaml:1:"),
    ],
)
def test_what_stops_reading_is_told_with_its_line(text: str, problem: str) -> None:
    assert stopped(text)[-1].startswith(problem)


def test_problems_before_a_stop_are_not_lost() -> None:
    assert [line.split(":")[1] for line in stopped("a: 1\na: 2\nb: [\n")] == ["2", "3"]


@pytest.mark.parametrize("opening", ["[", "[{a: ", "- "])
def test_nesting_has_an_end(opening: str) -> None:
    assert f"nested more than {DEEPEST} levels deep" in stopped(opening * 50_000)[0]


def test_aliases_of_aliases_do_not_explode() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "aliases make the document too large" in stopped("\n".join(lines))[0]


def test_without_the_c_library_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = compose(VALID, FILE).root
    monkeypatch.setattr("twinstack.inventory.compose._LOADER", yaml.SafeLoader)
    assert compose(VALID, FILE).root == fast
    assert f"nested more than {DEEPEST} levels deep" in stopped("[" * 5_000)[0]
    assert stopped("a: x\nb: \x00\n") == ["site.yaml:2: a character that YAML does not allow (code 0)"]
