"""Folders that a command writes and may replace: told by a marker file, replaced as a whole."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

MARKER = ".twinstack-rendering"


class NotOurs(Exception):  # noqa: N818 - it says what is the matter
    """A folder that holds what somebody else wrote."""


def replace_tree(folder: Path, files: Mapping[str, str]) -> None:
    """Make a folder hold exactly these files (path to text); an interrupted run leaves the former ones.

    Raises:
        NotOurs: the folder is neither empty nor written by this function.
        OSError: it cannot be written.
    """
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise NotOurs(f"{folder} holds files that twinstack did not write: name a new or an empty folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as work:
        fresh, former = Path(work) / "fresh", Path(work) / "former"
        _write(fresh, files)
        if folder.exists():
            folder.rename(former)
        fresh.rename(folder)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in {
        **files,
        MARKER: "Written by `twinstack render`, which replaces this folder as a whole.\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
