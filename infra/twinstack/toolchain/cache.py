"""The per-user cache: entries that appear whole or not at all, and that clones and parallel runs make only once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from twinstack.toolchain.model import Progress, ToolchainError, silent


def cache_root() -> Path:
    """Return this user's cache directory of twinstack."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "twinstack"


def digest(*parts: bytes | str) -> str:
    """Return a short digest that tells every sequence of parts from every other."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        total.update(b"%d:" % len(raw) + raw)
    return total.hexdigest()[:20]


@contextmanager
def locked(path: Path, progress: Progress = silent) -> Iterator[None]:
    """Hold the lock file at `path`; the kernel lets go of it when its owner dies, however it dies.

    A child started with `close_fds=False` holds it too: when this process alone is killed, nobody else starts to build
    the same before the orphan has ended.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        os.set_inheritable(lock.fileno(), True)  # noqa: FBT003 (it takes no keywords)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"waiting for another run, which holds {path}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def publish(entry: Path, make: Callable[[Path], None], progress: Progress = silent) -> bool:
    """Have `make` fill a scratch directory and turn it into `entry` by one rename.

    Returns:
        Whether it was made now; False when it was there, or when another run made it meanwhile.

    Raises:
        ToolchainError: the cache cannot be written, or what `make` raises.
    """
    if entry.exists():
        return False
    try:
        with locked(entry.with_name(f"{entry.name}.lock"), progress):
            return _make_once(entry, make)
    except OSError as error:
        raise ToolchainError(f"cannot make {entry}: {error}") from error


def _make_once(entry: Path, make: Callable[[Path], None]) -> bool:
    if entry.exists():
        return False
    _clear_scratch(entry)
    scratch = Path(tempfile.mkdtemp(dir=entry.parent, prefix=_scratch_prefix(entry)))
    try:
        make(scratch)
        scratch.chmod(0o755)
        scratch.rename(entry)
    finally:
        if scratch.exists():
            shutil.rmtree(scratch)
    return True


def _scratch_prefix(entry: Path) -> str:
    return f".{entry.name}-"


def _clear_scratch(entry: Path) -> None:
    """Remove what a killed run left; whoever holds the lock owns every scratch directory of the entry."""
    for leftover in entry.parent.glob(f"{_scratch_prefix(entry)}*"):
        shutil.rmtree(leftover)
