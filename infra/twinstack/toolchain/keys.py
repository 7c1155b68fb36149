"""The key of a tool: everything that decides what its build makes, and nothing else."""

from __future__ import annotations

import platform
from pathlib import Path

from twinstack.toolchain.cache import cache_root, digest
from twinstack.toolchain.model import ModuleFile, Package, Tool, ToolchainError

SOURCES = Path(__file__).resolve().parents[3] / "tools"
SOURCE_NAMES = ("go.mod", "go.sum", "*.go")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def architecture() -> str:
    """Return this machine's architecture as Go, images and Debian call it."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise ToolchainError(f"the toolchain is not made for {machine} (only for {', '.join(ARCHITECTURES)})")
    return ARCHITECTURES[machine]


def source_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a tool's Go module, sorted."""
    if not (folder / "go.mod").is_file():
        raise ToolchainError(
            f"{folder} has no go.mod\n  mend: install twinstack editable from a clone: pip install -e ."
        )
    return tuple(sorted(path for name in SOURCE_NAMES for path in folder.glob(name)))


def key(tool: Tool, sources: Path = SOURCES) -> str:
    """Return the key under which the tool's build is kept."""
    files = source_files(sources / tool.folder)
    contents = [part for path in files for part in (path.name, path.read_bytes())]
    return digest(tool.name, repr(tool.origin), architecture(), " ".join(flags(tool)), *contents)


def flags(tool: Tool) -> tuple[str, ...]:
    """Return the flags of `go build` for the tool; none for a script that is copied."""
    match tool.origin:
        case Package(stamps=stamps):
            linker = " ".join(("-s", "-w", *(f"-X {variable}={text}" for variable, text in stamps)))
            return ("-trimpath", f"-ldflags={linker}")
        case ModuleFile():
            return ()


def cached_path(tool: Tool, sources: Path = SOURCES) -> Path:
    """Return where the tool's build is, or will be."""
    return cache_root() / "tools" / tool.name / key(tool, sources) / tool.name
