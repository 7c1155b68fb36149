"""Having every tool at hand: found, cached or built, and put together in one directory for PATH."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from twinstack.toolchain.build import build
from twinstack.toolchain.cache import cache_root, digest, publish
from twinstack.toolchain.find import find
from twinstack.toolchain.golang import check_go
from twinstack.toolchain.keys import SOURCES, cached_path
from twinstack.toolchain.model import Progress, Tool, ToolchainError, silent
from twinstack.toolchain.table import chosen


class Standing(StrEnum):
    """How far a tool is from being usable."""

    FOUND = "found"
    CACHED = "cached"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class State:
    """Where a tool is now; `path` of a missing one is where it will be."""

    tool: Tool
    standing: Standing
    path: Path


def look(tool: Tool, *, pinned: bool = False) -> State:
    """Return where a tool is, without making it; `pinned` accepts no other than our own build."""
    if not pinned and (path := find(tool)):
        return State(tool, Standing.FOUND, path)
    path = cached_path(tool)
    return State(tool, Standing.CACHED if path.exists() else Standing.MISSING, path)


def ensure(names: Iterable[str] | None = None, progress: Progress = silent) -> Path:
    """Find or build the named tools (all for None) and return a directory of links to them, for the front of PATH."""
    return _view(_have(names, progress, pinned=False))


def binaries(names: Iterable[str], progress: Progress = silent) -> dict[str, Path]:
    """Build the named tools in exactly the pinned version and return their paths; for hosts and images."""
    return _have(names, progress, pinned=True)


def lacking() -> ToolchainError | None:
    """Return what keeps missing tools from being built, before anything is begun; None when nothing does."""
    missing = {SOURCES / state.tool.folder for state in map(look, chosen(None)) if state.standing is Standing.MISSING}
    try:
        if missing:
            check_go(sorted(missing))
    except ToolchainError as error:
        return error
    return None


def existing(names: Iterable[str] | None = None) -> Path:
    """Return the directory that `ensure` returns, without building anything.

    Raises:
        ToolchainError: some of the tools are missing.
    """
    states = [look(tool) for tool in chosen(names)]
    missing = [state.tool.name for state in states if state.standing is Standing.MISSING]
    if missing:
        raise ToolchainError(f"not built yet: {', '.join(missing)}\n  mend: twinstack tools build {' '.join(missing)}")
    return _view({state.tool.name: state.path for state in states})


def _have(names: Iterable[str] | None, progress: Progress, *, pinned: bool) -> dict[str, Path]:
    states = [look(tool, pinned=pinned) for tool in chosen(names)]
    missing = {SOURCES / state.tool.folder for state in states if state.standing is Standing.MISSING}
    if missing:
        check_go(sorted(missing))
    for number, state in enumerate(states, start=1):
        _have_one(state, f"[{number}/{len(states)}] {state.tool.name} {state.tool.version} ...", progress)
    return {state.tool.name: state.path for state in states}


def _have_one(state: State, label: str, progress: Progress) -> None:
    match state.standing:
        case Standing.FOUND:
            progress(f"{label} found {state.path}")
        case Standing.CACHED:
            progress(f"{label} cached")
        case Standing.MISSING:
            progress(f"{label} building")
            start = time.monotonic()
            made = build(state.tool, progress)
            progress(f"{label} {f'built in {time.monotonic() - start:.0f} s' if made else 'cached'}")


def _view(links: Mapping[str, Path]) -> Path:
    facts = [str(part) for pair in sorted(links.items()) for part in pair]
    view = cache_root() / "bin" / digest(*facts)
    publish(view, partial(_link, links))
    return view


def _link(links: Mapping[str, Path], folder: Path) -> None:
    for name, target in links.items():
        # A program may look for its companions beside its real path: Pulumi's language host does.
        if target.is_relative_to(cache_root()):
            (folder / name).hardlink_to(target)
        else:
            (folder / name).symlink_to(target)
