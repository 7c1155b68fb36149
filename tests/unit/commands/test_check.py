from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.inventory.breaking import VALID, broken
from twinstack.commands.check import command


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.yaml"
    file.write_text(VALID)
    return file


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "bad.yaml"
    file.write_text(broken(("uid: 20003", "uid: 20001"), ("count: 4", "count: four")))
    return file


def check(*arguments: Path | str) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


def test_a_site_is_told_in_one_line(good: Path) -> None:
    result = check(good)
    assert result.exit_code == 0
    assert result.output == (
        "testbed: 23 hosts (4 for services, 11 slurm, 2 split, 4 kubernetes, 2 simulated), slurm cluster testbed, "
        "kubernetes 1.35.4 calico, 2 projects\n"
    )


def test_every_problem_is_told_and_counted(bad: Path) -> None:
    result = check(bad)
    assert result.exit_code == 1
    first, second, count = result.output.splitlines()
    assert first.startswith(f"{bad}:43: hardware.large.gpus.count: four must be a whole number (such as 8)")
    assert second.endswith(": identity.users.chen.uid: 20001 is ana's (a uid for each user)")
    assert count == "2 problems"


def test_several_files(good: Path, bad: Path, tmp_path: Path) -> None:
    result = check(good, bad, tmp_path / "none.yaml")
    assert result.exit_code == 1
    assert result.output.startswith("testbed: ")
    assert result.output.splitlines()[-2:] == [
        f"{tmp_path / 'none.yaml'}:1: no such file or directory",
        "3 problems in 2 files",
    ]


def test_json_is_for_programs(good: Path, bad: Path) -> None:
    result = check(good, bad, "--output", "json")
    assert result.exit_code == 1
    first, second = json.loads(result.output)
    assert (first["hosts"], first["problems"]) == (23, [])
    assert second["summary"] is None
    assert second["problems"][0] == {
        "file": str(bad),
        "line": 43,
        "where": "hardware.large.gpus.count",
        "what": "four must be a whole number",
        "hint": "such as 8",
    }


def test_without_a_file_there_is_nothing_to_check() -> None:
    assert check().exit_code == 2


def test_what_keeps_a_component_from_working_is_a_problem_too(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "stacks" / "sandbox" / "site.yaml").read_text()
    for whole, part in (
        ("services: {stack: kubernetes, labels: {tier: services}}", "services: {stack: slurm}"),
        ("split: {slurm: {cores: 1}, kubernetes: {cores: 1}}", ""),
        ("stack: split", "stack: slurm"),
        ("    tuning: {cpu_manager: static}\n", ""),
        ("pools: [batch, swing]", "pools: [batch, swing, services]"),
    ):
        assert whole in text
        text = text.replace(whole, part)
    file = tmp_path / "site.yaml"
    file.write_text(text)
    result = check(file)
    assert result.exit_code == 1
    line = text.splitlines().index("kubernetes:") + 1
    assert f"{file}:{line}: kubernetes.components.kueue: no real host runs Kubernetes workloads" in result.output
