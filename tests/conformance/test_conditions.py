from __future__ import annotations

from collections.abc import Callable

import pytest

from twinstack.conformance import Condition, Outcome
from twinstack.conformance.reach import SshShell


def test_condition(condition: Condition, shell_to: Callable[[str], SshShell]) -> None:
    verdict = condition.check(shell_to(condition.host))
    if verdict.outcome is Outcome.NOT_HERE:
        pytest.skip(f"not here: {verdict.message}")
    assert verdict.outcome is Outcome.OK, f"{condition.title}: {verdict.message}"
