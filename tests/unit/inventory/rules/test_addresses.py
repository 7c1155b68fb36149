from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "addresses.unique",
        ("10.1.3.[1-4]", "10.1.[3-4].[1-2]"),
        at="address: 10.1.4.[1-3]",
        says="kube[1-2] on an address of flex[3-4] (an address belongs to one host)",
    ),
    case(
        "addresses.reachable",
        ("10.1.3.[1-4]", "10.9.3.[1-4]"),
        at="address: 10.9.3",
        says="flex[1-4] outside of the management network 10.1.0.0/16",
    ),
    case(
        "addresses.reachable",
        ("address: 10.1.0.21", "address: 10.1.0.0"),
        at="address: 10.1.0.0",
        says="db1 on the first or last address of 10.1.0.0/16",
    ),
    case(
        "addresses.endpoint",
        ("endpoint: 10.1.0.10:", "endpoint: 10.1.0.21:"),
        at="endpoint:",
        says="10.1.0.21 is db1, which is no control plane",
    ),
    case(
        "addresses.endpoint",
        ("  endpoint: 10.1.0.10:6443\n", ""),
        at="kubernetes:",
        below="kubernetes:",
        says="3 control planes share no address: 10.1.0.11 is one's own",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
