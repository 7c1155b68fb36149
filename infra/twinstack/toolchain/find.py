"""Finding tools that are installed already, in a version that fits."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from twinstack.toolchain.cache import cache_root
from twinstack.toolchain.golang import parsed
from twinstack.toolchain.model import Beside, OnPath, Plugin, Tool, Version
from twinstack.toolchain.table import tool_named

# A tool that takes longer to tell its version (network home, first start of a snap) is not worth waiting for.
PATIENCE = 10.0


def find(tool: Tool) -> Path | None:
    """Return an installed tool that can stand in for the pin, or None."""
    match tool.installed:
        case None:
            return None
        case OnPath() as rule:
            return next((path for path in _on_path(tool.name) if _fits(path, rule)), None)
        case Beside(tool=other):
            return _beside(tool.name, find(tool_named(other)))
        case Plugin() as plugin:
            return _plugin(tool, plugin)


def _on_path(name: str) -> list[Path]:
    """Return the executables of that name on PATH; not our own, which stand for nothing but themselves."""
    entries = (Path(entry) / name for entry in os.environ.get("PATH", "").split(os.pathsep) if entry)
    return [path for path in entries if _is_executable(path) and not _is_ours(path)]


def _is_executable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _is_ours(path: Path) -> bool:
    return path.resolve().is_relative_to(cache_root().resolve())


def _fits(path: Path, rule: OnPath) -> bool:
    version = installed_version(path, rule.arguments)
    return version is not None and rule.fits(version)


@cache
def installed_version(path: Path, arguments: tuple[str, ...]) -> Version | None:
    """Return the version that an executable tells, or None if it tells none."""
    quiet = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(
            [path, *arguments], env=quiet, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return parsed(done.stdout) if done.returncode == 0 else None


def _beside(name: str, other: Path | None) -> Path | None:
    if other is None:
        return None
    places = (other.parent, other.resolve().parent)
    return next((path for place in places if _is_executable(path := place / name)), None)


def _plugin(tool: Tool, plugin: Plugin) -> Path | None:
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    path = home / "plugins" / f"{plugin.kind}-{plugin.name}-v{tool.version}" / tool.name
    return path if _is_executable(path) else None
