"""Tar archives that depend on their content alone: no clock, no owner, no order of directories."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

DIRECTORY_MODE = 0o755
PROGRAM_MODE = 0o755
TEXT_MODE = 0o644


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in an archive.

    Attributes:
        path: where it lies, relative to the archive's root.
        content: a file's bytes, or the local path to read them from; None for a directory.
        link: where a symbolic link points to.
        mode: its permissions.
    """

    path: str
    content: bytes | Path | None = None
    link: str | None = None
    mode: int = TEXT_MODE


def directory(path: str, mode: int = DIRECTORY_MODE) -> Entry:
    """Return an entry for a directory."""
    return Entry(path, mode=mode)


def symlink(path: str, link: str) -> Entry:
    """Return an entry for a symbolic link."""
    return Entry(path, link=link, mode=0o777)


def program(path: str, source: Path) -> Entry:
    """Return an entry for an executable file."""
    return Entry(path, source, mode=PROGRAM_MODE)


def write_tar(target: IO[bytes], entries: Iterable[Entry], root: str = "") -> None:
    """Write the entries, and the directories above them, as a tar archive; `root` is put before every path."""
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for entry in with_parents(entries):
            _add(archive, entry, root)


def with_parents(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries sorted, each after the directories that it lies in."""
    given = {entry.path: entry for entry in entries}
    parents = (str(parent) for path in given for parent in PurePosixPath(path).parents)
    complete = {path: directory(path) for path in parents if path != "."} | given
    return [complete[path] for path in sorted(complete)]


def _add(archive: tarfile.TarFile, entry: Entry, root: str) -> None:
    info = tarfile.TarInfo(root + entry.path)
    info.mode = entry.mode
    match entry.content:
        case None:
            info.type = tarfile.DIRTYPE if entry.link is None else tarfile.SYMTYPE
            info.linkname = entry.link or ""
            archive.addfile(info)
        case bytes() as content:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        case Path() as source:
            with source.open("rb") as opened:
                info.size = source.stat().st_size
                archive.addfile(info, opened)
