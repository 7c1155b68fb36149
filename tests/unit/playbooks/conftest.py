"""What the modules' tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.unit.playbooks import shared  # noqa: F401 - modules import what they share


@pytest.fixture(autouse=True)
def _turns_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["ansible.module_utils.twinstack_turns"], "TURN", tmp_path / "twinstack.lock")
