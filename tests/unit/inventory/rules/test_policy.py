from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "policy.known_rules",
        ("pinned-versions: enforced", "pined-versions: advisory"),
        at="pined-versions:",
        says="there is no policy rule pined-versions (did you mean pinned-versions?)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
