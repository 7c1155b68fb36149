from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "addresses",
        ("10.1.1.[1-8]", "10.1.1.[1-7]"),
        at="address: 10.1.1",
        says="7 addresses for 8 hosts (1 too few: an address for each host)",
    ),
    case(
        "addresses", ("10.1.1.[1-8]", "10.1.1.[1-9]"), at="address: 10.1.1", says="9 addresses for 8 hosts (1 too many"
    ),
    case(
        "racks",
        ("rack: r[1-2]", "rack: r[1-3]"),
        at="rack:",
        says="3 racks for 8 hosts: 8 / 3 leaves 2 (as many racks as hosts",
    ),
    case("racks", ("rack: r[1-2]", "rack: r[1-9]"), at="rack:", says="9 racks for 8 hosts: 1 too many"),
    case(
        "names",
        ("name: cpu[01-08]", "name: cpu[01-07,02]"),
        at="- name: cpu",
        says="cpu02 declared twice (first in line",
    ),
    case("names", ("name: sim[1-2]", "name: gpu[2-3]"), at="- name: gpu[2-3]", says="gpu2 declared twice"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_ranges_that_do_not_add_up(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
