from __future__ import annotations

import pytest

from policies.pack import LEVELS, RESOURCE_RULES, STACK_RULES, Gate, policies
from policies.seen import SITE, Violation
from tests.policies.shown import shown
from twinstack.rulebook import PINNED_VERSIONS, RULES, Level

WRONG = [Violation("Pod p is wrong.", "urn:p")]


def told(gate: Gate, level: Level) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    gate.tell(PINNED_VERSIONS, level, WRONG, lambda text, urn: found.append((text, urn)))
    return found


def test_every_rule_of_the_book_is_held_at_both_levels() -> None:
    held = {rule.name for rule, _ in RESOURCE_RULES} | {rule.name for rule, _ in STACK_RULES}
    assert held == set(RULES)
    expected = {"declared"} | {name + suffix for name in RULES for suffix, _ in LEVELS.values()}
    assert {policy.name for policy in policies()} == expected


@pytest.mark.parametrize(
    ("choice", "enforced", "advised"),
    [({}, 1, 0), ({"level": "enforced"}, 1, 0), ({"level": "advisory"}, 0, 1), ({"level": "off"}, 0, 0)],
)
def test_a_violation_is_told_once_at_the_level_that_the_site_chose(
    choice: dict[str, str], enforced: int, advised: int
) -> None:
    gate = Gate()
    gate.see(shown(SITE, "s", policy={"pinned-versions": choice}))
    assert (len(told(gate, Level.ENFORCED)), len(told(gate, Level.ADVISORY))) == (enforced, advised)


def test_a_violation_says_what_to_do() -> None:
    ((text, urn),) = told(Gate(), Level.ENFORCED)
    assert text == f"Pod p is wrong. Remedy: {PINNED_VERSIONS.remedy}"
    assert urn == "urn:p"


def test_the_whole_stack_is_judged_by_what_was_declared() -> None:
    gate = Gate()
    gate.see(shown("twinstack:index:Host", "a", roles={"base": "digest"}))
    assert gate.declared(shown("twinstack:index:Host", "a")).roles == {"base"}
    assert gate.declared(shown("twinstack:index:Host", "b")).roles == frozenset()
