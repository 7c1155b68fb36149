from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit import sites
from twinstack.commands import render as render_command
from twinstack.commands.plan import command as plan_command
from twinstack.commands.render import command, tree
from twinstack.planning import plan
from twinstack.rendering import render

SANDBOX = str(Path(__file__).parents[3] / "stacks" / "sandbox" / "site.yaml")


def plan_of(*arguments: str) -> Result:
    return CliRunner().invoke(plan_command, [SANDBOX, *arguments])


def test_plan_shows_every_kind_of_host() -> None:
    result = plan_of()
    assert result.exit_code == 0
    assert "cpu[1-2]" in result.output
    assert "simulated hosts: 4" in result.output


def test_plan_shows_one_host() -> None:
    assert "pod range" in plan_of("--host", "both1").output
    assert list(json.loads(plan_of("--host", "both1", "--output", "json").output)) == ["both1"]


def test_an_unknown_host_is_refused_by_name() -> None:
    result = plan_of("--host", "nix")
    assert result.exit_code == 2
    assert "no host 'nix'" in result.output


def test_plan_speaks_json() -> None:
    assert json.loads(plan_of("--output", "json").output)["site"] == "sandbox"


@pytest.mark.parametrize("tool", [plan_command, command])
def test_a_bad_inventory_is_told_without_a_traceback(tool: object, tmp_path: Path) -> None:
    bad = tmp_path / "site.yaml"
    bad.write_text("apiVersion: twinstack/v1\nkind: Site\nnmae: x\n")
    arguments = [str(bad), "--to", str(tmp_path / "out")] if tool is command else [str(bad)]
    result = CliRunner().invoke(tool, arguments)  # type: ignore[arg-type]
    assert result.exit_code == 1
    assert f"{bad}:3: " in result.output
    assert not (tmp_path / "out").exists()


def test_render_writes_what_would_be_placed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(command, [SANDBOX, "--to", str(out)])
    assert result.exit_code == 0
    assert (out / "hosts" / "cpu1" / "etc" / "hostname").read_text() == "cpu1\n"
    assert "SlurmctldHost=ctl1" in (out / "artefacts" / "slurm" / "slurm.conf").read_text()
    assert CliRunner().invoke(command, [SANDBOX, "--to", str(out)]).exit_code == 0


def test_render_refuses_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    result = CliRunner().invoke(command, [SANDBOX, "--to", str(tmp_path)])
    assert result.exit_code == 2
    assert "did not write" in result.output


def test_render_says_why_it_cannot_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(render_command, "replace_tree", full)
    result = CliRunner().invoke(command, [SANDBOX, "--to", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "No space left on device" in result.output


def test_texts_are_those_of_the_rendering_and_secrets_stay_marks() -> None:
    rendering = render(plan(sites.dual()))
    files = tree(rendering)
    assert {name: files[f"artefacts/{name}"] for name in rendering.artefacts} == {
        name: artefact.text for name, artefact in rendering.artefacts.items()
    }
    assert files["hosts/c1/etc/munge/munge.key"] == "@secret:munge-key@\n"
