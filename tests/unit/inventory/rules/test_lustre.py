from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

SECOND = """
    - name: second
      mgs: 10.2.0.2@tcp
      filesystem: second
      mount: /second
      client: 2.15.6"""
CASES = [
    case(
        "lustre.nids",
        ("mgs: 10.2.0.1@tcp", "mgs: mgs1@tcp"),
        at="mgs: mgs1@tcp",
        says="mgs1@tcp is no NID (an address and a network of LNet, such as 10.20.0.1@o2ib",
    ),
    case(
        "lustre.nids",
        ("mgs: 10.2.0.1@tcp", "mgs: 10.2.0.1@tcp:10.2.0.300@tcp"),
        at="mgs: 10.2.0.1@tcp:",
        says="10.2.0.300@tcp is no NID",
    ),
    case(
        "lustre.networks",
        ("mgs: 10.2.0.1@tcp", "mgs: 10.1.0.9@o2ib"),
        at="mgs: 10.1.0.9@o2ib",
        says="10.1.0.9@o2ib is on management, which is ethernet: o2ib needs infiniband or roce (10.1.0.9@tcp)",
    ),
    case(
        "lustre.clients",
        ("mount: /scratch", f"mount: /scratch\n      client: 2.15.5{SECOND}"),
        at="client: 2.15.6",
        says="2.15.6, and scratch has 2.15.5 (the same for all of them)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
