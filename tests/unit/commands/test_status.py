from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from twinstack.commands.status import command

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def no_sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWINSTACK_HOME", str(tmp_path))


def shown(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_hosts_are_folded_and_every_gap_is_told() -> None:
    result = shown("-s", "sandbox")
    assert result.exit_code == 0
    assert "cpu[1-2]   slurm" in result.output
    assert "simulated nodes (gpu[1-4]): KWOK answers for them" in result.output
    assert "no kernel-nfs-client" in result.output
    assert "service monitoring (stor1)" in result.output


def test_what_this_version_does_not_deploy_is_told() -> None:
    gaps = json.loads(shown("-s", "production", "--output", "json").output)["gaps"]
    told = {gap["what"] for gap in gaps}
    assert {"components", "cni cilium"} <= told
    missing = next(gap["where"] for gap in gaps if gap["what"] == "components")
    assert "cilium" in missing
    assert "kueue" not in missing


def test_an_unknown_environment_is_answered_with_those_there_are() -> None:
    result = shown("-s", "sandbax")
    assert result.exit_code == 2
    assert "no environment 'sandbax' (there are: lab, production, sandbox)" in result.output


def test_a_broken_inventory_is_told_without_a_traceback(tmp_path: Path) -> None:
    broken = tmp_path / "site.yaml"
    broken.write_text((ROOT / "stacks" / "lab" / "site.yaml").read_text().replace("kind: Site", "kind: Sight"))
    result = shown("-s", "lab", "--inventory", str(broken))
    assert result.exit_code == 1
    assert f"{broken}:" in result.output
