"""Files of a backup: private, whole or not there, the newest few kept."""

from __future__ import annotations

import contextlib
import os
import re
import tarfile
import time
from pathlib import Path
from typing import IO, Iterable, Iterator  # noqa: UP035 (hosts run Python 3.9, too)

ODD = re.compile(r"[^A-Za-z0-9.+~-]")


def named(directory: Path, subject: str, label: str, suffix: str) -> Path:
    """The path of a backup made now; a label such as a version says of what."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return directory / f"{subject}-{ODD.sub('_', label)}-{moment}{suffix}"


@contextlib.contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file for root alone that gets its name when it was written without an error and is on the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def archive(root: Path, members: Iterable[Path], path: Path) -> int:
    """Write an archive of files by their names below `root`; the number of files in it. What is gone is left out."""
    count = 0
    with whole(path) as target, tarfile.open(fileobj=target, mode="w:gz", compresslevel=3) as made:
        for member in members:
            try:
                made.add(member, arcname=str(member.relative_to(root)))
            except FileNotFoundError:
                continue
            count += 1
    return count


def keep_newest(directory: Path, subject: str, suffix: str, count: int) -> None:
    """Remove all but the newest backups of a subject."""
    found = sorted(directory.glob(f"{subject}-*{suffix}"), key=lambda path: path.stat().st_mtime)
    for path in found[:-count]:
        path.unlink()
