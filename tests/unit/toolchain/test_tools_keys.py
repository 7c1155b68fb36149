from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twinstack.toolchain.keys import architecture, cached_path, flags, key
from twinstack.toolchain.model import ModuleFile, Package, Tool, ToolchainError

TOOL = Tool("thing", "1.2.3", "things", Package("example.org/thing", (("main.version", "1.2.3"),)), "tests")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "tools" / "things"
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text("module things\n\ngo 1.25.0\n")
    (folder / "go.sum").write_text("example.org/thing v1.2.3 h1:abc=\n")
    (folder / "tools.go").write_text("package tools\n")
    return folder.parent


@pytest.mark.parametrize("name", ["go.mod", "go.sum", "tools.go"])
def test_a_changed_pin_changes_the_key(sources: Path, name: str) -> None:
    before = key(TOOL, sources)
    path = sources / "things" / name
    path.write_text(path.read_text() + "\n")
    assert key(TOOL, sources) != before


def test_an_added_source_changes_the_key(sources: Path) -> None:
    before = key(TOOL, sources)
    (sources / "things" / "main.go").write_text("package main\n")
    assert key(TOOL, sources) != before


@pytest.mark.parametrize(
    "changed",
    [
        replace(TOOL, name="other"),
        replace(TOOL, origin=Package("example.org/other", (("main.version", "1.2.3"),))),
        replace(TOOL, origin=Package("example.org/thing", (("main.version", "1.2.4"),))),
        replace(TOOL, origin=ModuleFile("example.org/thing", "script")),
    ],
)
def test_what_is_built_changes_the_key(sources: Path, changed: Tool) -> None:
    assert key(changed, sources) != key(TOOL, sources)


def test_another_architecture_has_another_key(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, before = architecture(), key(TOOL, sources)
    monkeypatch.setattr("platform.machine", lambda: "aarch64" if here == "amd64" else "x86_64")
    assert key(TOOL, sources) != before


def test_what_does_not_decide_the_build_keeps_the_key(sources: Path, tmp_path: Path) -> None:
    before = key(TOOL, sources)
    (sources / "things" / "README.md").write_text("words\n")
    moved = tmp_path / "clone"
    sources.rename(moved)
    assert key(replace(TOOL, needed_for="people"), moved) == before


def test_flags_strip_and_stamp() -> None:
    assert flags(TOOL) == ("-trimpath", "-ldflags=-s -w -X main.version=1.2.3")
    assert flags(replace(TOOL, origin=ModuleFile("m", "p"))) == ()


def test_a_tool_lies_in_a_folder_of_its_key(sources: Path, cache: Path) -> None:
    assert cached_path(TOOL, sources) == cache / "tools" / "thing" / key(TOOL, sources) / "thing"


def test_a_missing_module_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match=r"has no go\.mod\n  mend: "):
        key(TOOL, tmp_path)


def test_a_foreign_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "vax")
    with pytest.raises(ToolchainError, match="vax"):
        architecture()
