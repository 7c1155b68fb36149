"""Locks that leave nothing behind: whoever holds one may drop its file, and those who wait notice."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from twinstack.toolchain.model import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(path: Path, progress: Progress = silent) -> Iterator[None]:
    """Hold the lock; the kernel lets go of it when its owner dies, however it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = path.open("a")
    try:
        _acquire(stream, path, progress)
        while not _is_current(stream, path):
            stream.close()
            stream = path.open("a")
            _acquire(stream, path, progress)
        yield
    finally:
        stream.close()


def drop(path: Path) -> None:
    """Remove the file of a lock that is held."""
    path.unlink(missing_ok=True)


def _acquire(stream: IO[str], path: Path, progress: Progress) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        progress(f"waiting for another run on '{path.stem}'")
        fcntl.flock(stream, fcntl.LOCK_EX)


def _is_current(stream: IO[str], path: Path) -> bool:
    """A lock on a file that was dropped meanwhile is no lock."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False
