from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from twinstack.toolchain.golang import check_go, environment, go_command, parsed, required, run_go
from twinstack.toolchain.model import ToolchainError, Version

Script = Callable[[str, str], Path]


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two modules, the second of which asks for the newer Go."""
    made = [tmp_path / name for name in ("older", "newer")]
    for folder, version in zip(made, ("1.25.0", "1.26.0"), strict=True):
        folder.mkdir()
        (folder / "go.mod").write_text(f"module x\n\ngo {version}\n\nrequire y v9.9.9\n")
    return made


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go1.26.8", (1, 26, 8)),
        ("go1.21", (1, 21, 0)),
        ("Client Version: v1.35.4\nKustomize Version: v5.7.1", (1, 35, 4)),
        ("v3.250.0-dev", (3, 250, 0)),
        ("devel", None),
    ],
)
def test_versions_are_read_from_what_tools_say(text: str, version: Version | None) -> None:
    assert parsed(text) == version


def test_the_most_demanding_module_decides(folders: list[Path]) -> None:
    assert required(folders) == (1, 26, 0)
    assert required([]) == (0, 0, 0)


def test_builds_are_static_and_take_the_pins_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    monkeypatch.setenv("GOARCH", "riscv64")
    monkeypatch.setenv("GONOSUMDB", "corp.example")
    monkeypatch.setenv("GOPROXY", "https://proxy.example")
    told = environment()
    assert told["CGO_ENABLED"] == "0"
    assert "-mod=readonly" in told["GOFLAGS"].split()
    assert told["GONOSUMDB"].split(",")[:2] == ["corp.example", "github.com/pulumi/*"]
    assert told["GOPROXY"] == "https://proxy.example"
    assert "GOARCH" not in told


def test_missing_go_is_told_once_with_the_remedy(folders: list[Path]) -> None:
    with pytest.raises(ToolchainError, match=r"Go is missing, 1\.26\.0 or newer is needed.*\n  mend: curl "):
        check_go(folders)
    with pytest.raises(ToolchainError, match="Go is missing"):
        run_go(["env"], folders[0])


def test_old_go_is_told_with_the_remedy(folders: list[Path], script: Script) -> None:
    path = script("bin/go", "echo go1.25.9")
    with pytest.raises(ToolchainError, match=rf"{path} is go1\.25\.9, 1\.26\.0 or newer.*\n  mend: "):
        check_go(folders)
    assert check_go(folders[:1]) == path


def test_old_go_that_cannot_fetch_a_newer_one_is_told(folders: list[Path], script: Script) -> None:
    script("bin/go", "echo 'toolchain not available' >&2; exit 1")
    with pytest.raises(ToolchainError, match="toolchain not available"):
        check_go(folders)


def test_go_is_asked_where_it_matters(folders: list[Path], script: Script) -> None:
    script("bin/go", '[ "${PWD##*/}" = newer ] && echo go1.26.0 || echo go1.21.0')
    check_go(folders)


def test_go_is_found_in_its_usual_place_but_the_path_wins(script: Script) -> None:
    usual = script("usual/go", "echo go1.26.0")
    assert go_command() == usual
    first = script("bin/go", "echo go1.26.0")
    assert go_command() == first


def test_a_failing_build_shows_what_go_said_last(folders: list[Path], script: Script) -> None:
    script("bin/go", "for i in $(seq 50); do echo line $i >&2; done; exit 1")
    with pytest.raises(ToolchainError, match=r"`go build \.` failed in .*older\nline 31\n(.*\n)*line 50$"):
        run_go(["build", "."], folders[0])
