from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

BOTH = "    address: 10.1.2.[1-2]\n    pool: both\n"

CASES = [
    case(
        "ports.known",
        (BOTH, f"{BOTH}    addresses:\n      ib9: 10.2.200.[1-2]\n"),
        at="addresses:",
        says="gpu[1-2] without such a port",
    ),
    case(
        "ports.inside",
        (BOTH, f"{BOTH}    addresses:\n      ib1: 10.9.2.[1-2]\n"),
        at="addresses:",
        says="gpu[1-2] on an address outside of the port's network",
    ),
    case("ports.room", ("cidr: 10.2.0.0/16", "cidr: 10.2.0.0/24"), at="address: 10.1.2.", says="has no room for"),
    case(
        "ports.unique",
        (BOTH, f"{BOTH}    addresses:\n      ib1: 10.2.2.[1-2]\n"),
        at="addresses:",
        says="gpu[1-2] with a port on another's address",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
