from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "projects.members",
        ("users: [bo]", "users: [bob]"),
        at="users: [bob]",
        says="there is no user bob (did you mean bo?)",
    ),
    case("projects.uids", ("uid: 20002", "uid: 20001"), at="uid: 20001", below="    bo:", says="20001 is ana's"),
    case(
        "projects.qos",
        ("qos: [normal, urgent]", "qos: [normal, urgnt]"),
        at="qos: [normal",
        says="there is no QOS urgnt (did you mean urgent?)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
