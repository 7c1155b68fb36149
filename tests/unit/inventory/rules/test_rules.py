from __future__ import annotations

from importlib import import_module

import pytest

from twinstack.inventory.rules import RULES

MODULES = sorted({rule.name.partition(".")[0] for rule in RULES})


@pytest.mark.parametrize("module", MODULES)
def test_every_rule_has_a_case_that_it_finds(module: str) -> None:
    cases = import_module(f"tests.unit.inventory.rules.test_{module}").CASES
    rules = {rule.name for rule in RULES if rule.name.startswith(f"{module}.")}
    assert {case.rule for case in cases} == rules


def test_rules_are_told_apart() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(set(names)) == sorted(names)
