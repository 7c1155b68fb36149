from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from twinstack.commands import conform

ROOT = Path(__file__).parents[3]


def test_pytest_is_asked_for_what_the_options_say(tmp_path: Path) -> None:
    argv = conform.arguments(tmp_path / "site.yaml", tmp_path / "out.xml", "slurm and not files", 2)
    assert f"--inventory={tmp_path}/site.yaml" in argv
    assert f"--junit-xml={tmp_path}/out.xml" in argv
    assert argv[-2:] == ["-k", "slurm and not files"]
    assert argv[argv.index("-n") + 1] == "2"


def test_junit_and_selection_are_only_passed_on_request(tmp_path: Path) -> None:
    argv = conform.arguments(tmp_path / "site.yaml", None, None, 4)
    assert not any(word.startswith("--junit-xml") for word in argv)
    assert "-k" not in argv


def test_a_broken_inventory_stops_before_any_host_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.execvpe", lambda *_: pytest.fail("hosts were asked"))
    broken = tmp_path / "site.yaml"
    broken.write_text((ROOT / "stacks" / "lab" / "site.yaml").read_text().replace("kind: Site", "kind: Sight"))
    result = CliRunner().invoke(conform.command, ["-s", "lab", "--inventory", str(broken)])
    assert result.exit_code == 1
    assert f"{broken}:" in result.output


def test_an_environment_with_machines_is_asked_from_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWINSTACK_HOME", str(tmp_path))
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr("os.execvpe", lambda _program, argv, _environment: asked.append(tuple(argv)))
    assert CliRunner().invoke(conform.command, ["-s", "lab"]).exit_code == 0
    assert asked[0][1:3] == ("-m", "pytest")
