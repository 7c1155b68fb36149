"""Whatever is in a file: problems with lines, or a site that can be planned; never anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.inventory.breaking import VALID
from twinstack.inventory.compose import compose
from twinstack.inventory.load import load
from twinstack.inventory.problems import InventoryError, Place, Problem
from twinstack.planning import plan

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What libyaml counts as the end of a line."""
REPOSITORY = Path(__file__).resolve().parents[3]
CONTRACT = REPOSITORY.parent / "shared" / "contract"
TEXTS = [
    VALID,
    *(path.read_text() for path in sorted([*REPOSITORY.glob("stacks/*/site.yaml"), *CONTRACT.glob("*.yaml")])),
]
MARKS = [
    "[",
    "]",
    "{",
    "}",
    ":",
    "-",
    ",",
    "*",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "'",
    '"',
    "#",
    "|",
    "\t",
    "\0",
    "\n",
    "%",
    "\x85",
]
WORDS = [
    "true",
    "null",
    "~",
    "0",
    "-1",
    "1e999",
    ".nan",
    "9" * 60,
    "n[1-3]",
    "n[",
    "10.0.0.[0-9]",
    "10.0.0.0/8",
    "5%",
    "é",
    "🦆",
]

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(WORDS)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
fuzz = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def assert_told(text: str, folder: Path) -> None:
    """Loading gives a site, which has a plan, or problems, which have lines of the file."""
    file = folder / "site.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    problems = checked(file)
    lines = len(BREAK.findall(text)) + 1
    assert {problem.file for problem in problems} <= {file}
    assert [problem for problem in problems if not 1 <= problem.line <= lines] == []
    assert [str(problem) for problem in problems if not str(problem).isprintable()] == []


def checked(file: Path) -> tuple[Problem, ...]:
    try:
        site = load(file)
    except InventoryError as error:
        return error.problems
    assert plan(site).hosts.keys() == site.hosts.keys()
    return ()


@fuzz
@given(
    text=st.sampled_from(TEXTS),
    at=st.floats(0, 1),
    cut=st.integers(0, 40),
    put=st.text(max_size=4) | st.sampled_from(MARKS + WORDS),
)
def test_broken_text(text: str, at: float, cut: int, put: str, tmp_path: Path) -> None:
    start = int(at * len(text))
    assert_told(text[:start] + put + text[start + cut :], tmp_path)


@fuzz
@given(text=st.sampled_from(TEXTS), lines=st.lists(st.floats(0, 1), min_size=1, max_size=6), data=st.data())
def test_lines_lost_and_doubled(text: str, lines: list[float], data: st.DataObject, tmp_path: Path) -> None:
    rows = text.splitlines(keepends=True)
    for line in lines:
        index = min(int(line * len(rows)), len(rows) - 1)
        rows[index] = data.draw(st.sampled_from(["", rows[index] * 2, "  " + rows[index], rows[index].lstrip()]))
    assert_told("".join(rows), tmp_path)


@fuzz
@given(
    text=st.sampled_from(TEXTS),
    edits=st.lists(st.tuples(st.floats(0, 1), values, st.booleans()), min_size=1, max_size=4),
)
def test_broken_values(text: str, edits: list[tuple[float, Any, bool]], tmp_path: Path) -> None:
    document = compose(text, Path("site.yaml")).root.plain()
    for at, value, rename in edits:
        places = list(every_place(document))
        if places:
            change(document, places[min(int(at * len(places)), len(places) - 1)], value, rename=rename)
    assert_told(yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), tmp_path)


def every_place(part: Any, place: Place = ()) -> Iterator[Place]:
    children = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for step, child in children:
        yield (*place, step)
        yield from every_place(child, (*place, step))


def change(document: Any, place: Place, value: Any, *, rename: bool) -> None:
    *above, last = place
    for step in above:
        document = document[step]
    if rename and isinstance(document, dict):
        document[f"{str(last)[:-1]}x"] = document.pop(last)
    else:
        document[last] = value


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"\x00", b"a: \xc3", b"\xef\xbb\xbf", b"[" * 100_000, b"a: &a *a", b"\r\r\r:"]
)
def test_bytes_that_are_no_site(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_bytes(content)
    with pytest.raises(InventoryError):
        load(tmp_path / "site.yaml")
