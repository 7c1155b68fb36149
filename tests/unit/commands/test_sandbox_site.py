from __future__ import annotations

import pytest
from click.testing import CliRunner

from twinstack import toolchain
from twinstack.commands import sandbox_site
from twinstack.environments import environments
from twinstack.sandbox import prerequisites
from twinstack.sandbox.prerequisites import Lack
from twinstack.toolchain import ToolchainError


def test_everything_that_lacks_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ToolchainError("Go is missing, 1.26.0 or newer is needed to build the toolchain\n  mend: install it")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(toolchain, "lacking", lambda: error)
    monkeypatch.setattr(prerequisites, "check", lambda _home: (Lack("root is needed", "run it as root"),))
    result = CliRunner().invoke(sandbox_site.command, ["prerequisites"])
    assert result.exit_code == 1
    assert "root is needed" in result.output
    assert "Go is missing" in result.output
    assert "install it" in result.output


def test_nothing_is_installed_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(prerequisites, "install", lambda *_: pytest.fail("installed unasked"))
    monkeypatch.setattr(prerequisites, "check", lambda _home: ())
    monkeypatch.setattr(toolchain, "lacking", lambda: None)
    assert CliRunner().invoke(sandbox_site.command, ["prerequisites"]).exit_code == 0


def test_environments_are_those_of_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("TWINSTACK_HOME", str(tmp_path))
    assert environments() == ["lab", "production", "sandbox"]
