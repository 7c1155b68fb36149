"""Building a pinned tool into the cache."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

from twinstack.toolchain.cache import publish
from twinstack.toolchain.golang import run_go
from twinstack.toolchain.keys import SOURCES, cached_path, flags, source_files
from twinstack.toolchain.model import Embeds, ModuleFile, Package, Progress, Tool, silent


def build(tool: Tool, progress: Progress = silent, sources: Path = SOURCES) -> bool:
    """Have the tool in the cache; return whether it had to be made."""
    return publish(cached_path(tool, sources).parent, partial(_make, tool, sources), progress)


def module_directory(folder: Path, module: str) -> Path:
    """Return where Go keeps a module that is pinned in `folder`, fetched if need be."""
    answer = json.loads(run_go(["mod", "download", "-json", module], folder))
    return Path(answer["Dir"])


def _make(tool: Tool, sources: Path, scratch: Path) -> None:
    match tool.origin:
        case ModuleFile(module=module, path=path):
            _copy(module_directory(sources / tool.folder, module) / path, scratch / tool.name)
        case Package(embeds=None):
            _compile(tool, tool.origin, sources / tool.folder, scratch / tool.name)
        case Package(embeds=Embeds() as embeds):
            folder = scratch / "source"
            _lay_out(embeds, tool.version, sources / tool.folder, folder)
            _compile(tool, tool.origin, folder, scratch / tool.name)
            shutil.rmtree(folder)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o755)


def _compile(tool: Tool, package: Package, folder: Path, target: Path) -> None:
    run_go(["build", *flags(tool), "-o", str(target), package.path], folder)


def _lay_out(embeds: Embeds, version: str, own: Path, folder: Path) -> None:
    """Copy our own main and the module's files into one folder: the source tree stays clean."""
    folder.mkdir()
    for path in source_files(own):
        shutil.copy(path, folder)
    upstream = module_directory(own, embeds.module) / embeds.folder
    for name in embeds.files:
        text = (upstream / name).read_text()
        if name in embeds.versioned:
            text = json.dumps(json.loads(text) | {"version": version})
        (folder / name).write_text(text)
