from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from twinstack.toolchain import find, golang

Script = Callable[[str, str], Path]

# Stands in for Go: tells a version, names a module's directory, and "builds" what it was told about itself.
GO = """\
echo "$*" >> "{log}"
case "$1" in
  env) echo go1.99.0 ;;
  mod) echo '{{"Dir": "{module}"}}' ;;
  build)
    while [ "$1" != -o ]; do shift; done
    {{ echo "cgo=$CGO_ENABLED flags=$GOFLAGS"; ls; }} > "$2" ;;
esac
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, nothing on PATH but the shell's tools, and no Pulumi plugins."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(golang, "USUAL_PLACE", tmp_path / "usual")
    find.installed_version.cache_clear()
    golang._go_version.cache_clear()
    return tmp_path / "cache" / "twinstack"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Write an executable shell script: (where below the test's directory, body)."""

    def write(where: str, body: str) -> Path:
        path = tmp_path / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{body}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """The directory that the fake Go gives for every module."""
    folder = tmp_path / "module"
    folder.mkdir()
    return folder


@pytest.fixture
def go_log(script: Script, tmp_path: Path, module: Path) -> Path:
    """Put the fake Go on PATH and return the log of its calls."""
    log = tmp_path / "go.log"
    log.touch()
    script("bin/go", GO.format(log=log, module=module))
    return log
