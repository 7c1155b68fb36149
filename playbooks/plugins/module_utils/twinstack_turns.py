"""One at a time on a host: what a killed run still has at work there ends before the next run changes anything.

Killing Ansible does not end what it has started on a host: the module goes on until it wants to tell its result.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator  # noqa: UP035 (hosts run Python 3.9, too)

TURN = Path("/run/twinstack.lock")
PATIENCE = 240.0
"""Seconds to wait for another's end: under a task's usual time limit, so that the reason is told and not the limit."""
INTERVAL = 0.2


class Busy(Exception):  # noqa: N818
    """A former run is still at work on this host."""


@contextmanager
def turn(what: str, path: Path | None = None, patience: float = PATIENCE) -> Iterator[None]:
    """Wait until nobody else is at work, then let nobody else; a process that ends in whatever way gives its turn up.

    Raises:
        Busy: somebody still is after `patience` seconds.
    """
    path = path or TURN
    descriptor = os.open(str(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, path, patience)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{what} (process {os.getpid()})".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Busy(f"{path.read_text()} of a former run is still at work on this host") from None
            time.sleep(INTERVAL)
        else:
            return
