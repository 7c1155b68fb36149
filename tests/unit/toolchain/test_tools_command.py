from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from twinstack.commands.tools import command
from twinstack.toolchain.table import OPERATOR, TOOLS

Script = Callable[[str, str], Path]


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


@pytest.mark.usefixtures("go_log")
def test_build_ends_with_the_directory(cache: Path) -> None:
    result = invoke("build", "pause", "kubelet")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].startswith(f"ready in {cache / 'bin'}")


def test_path_prints_the_directory_alone(go_log: Path) -> None:
    ready = invoke("build", "pause").output.splitlines()[-1].removeprefix("ready in ")
    go_log.write_text("")
    assert invoke("path", "pause").output == f"{ready}\n"
    assert go_log.read_text() == ""


def test_path_of_missing_tools_names_the_command_that_builds_them() -> None:
    result = invoke("path", "--operator")
    assert result.exit_code == 1
    assert "mend: twinstack tools build kubectl pulumi" in result.output
    assert all(name in result.output for name in OPERATOR)


def test_list_tells_the_state_of_every_tool(script: Script) -> None:
    path = script("bin/kubectl", 'echo "Client Version: v1.35.4"')
    lines = invoke("list").output.splitlines()
    assert len(lines) == len(TOOLS) + 1
    (kubectl,) = (line for line in lines if line.startswith("kubectl "))
    assert kubectl.split()[1:3] == ["1.35.4", "found"]
    assert kubectl.endswith(str(path))


@pytest.mark.parametrize("arguments", [("build", "kubelt"), ("build", "pause"), ("images", "--rootfs", "/dev")])
def test_mistakes_and_missing_go_end_with_one_error(arguments: tuple[str, ...]) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


@pytest.mark.parametrize("name", ["build", "list", "path", "images", "packages", "charts"])
def test_every_command_explains_itself(name: str) -> None:
    assert invoke(name, "--help").exit_code == 0
