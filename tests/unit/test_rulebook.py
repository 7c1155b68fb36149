from __future__ import annotations

from datetime import date

import pytest

from twinstack.rulebook import HA_CONTROL_PLANE, PINNED_VERSIONS, RULES, Level, Rule, level_of

TODAY = date(2030, 5, 17)


@pytest.mark.parametrize(
    ("rule", "chosen", "until", "expected"),
    [
        pytest.param(PINNED_VERSIONS, None, None, Level.ENFORCED, id="unnamed-is-enforced"),
        pytest.param(HA_CONTROL_PLANE, None, None, Level.ADVISORY, id="unnamed-but-advisory-by-nature"),
        pytest.param(PINNED_VERSIONS, "advisory", None, Level.ADVISORY, id="chosen"),
        pytest.param(PINNED_VERSIONS, "off", None, Level.OFF, id="off"),
        pytest.param(PINNED_VERSIONS, "off", "2030-05-18", Level.OFF, id="off-for-now"),
        pytest.param(PINNED_VERSIONS, "off", "2030-05-17", Level.ENFORCED, id="off-no-longer"),
    ],
)
def test_level(rule: Rule, chosen: str | None, until: str | None, expected: Level) -> None:
    assert level_of(rule, chosen, until, TODAY) is expected


def test_rules_are_found_by_their_names_and_say_what_to_do() -> None:
    assert all(name == rule.name and rule.remedy.endswith(".") for name, rule in RULES.items())
