"""Locks that a killed Pulumi left on a stack of the file backend.

Source: pulumi 3.250 pkg/backend/diy/lock.go: `.pulumi/locks/organization/PROJECT/STACK/ID.json` holds pid, username,
hostname and timestamp; the engine refuses to work while one is there, and `pulumi cancel` removes them all unseen.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from pathlib import Path

from twinstack.sandbox import processes

PROGRAM = "pulumi"


@dataclass(frozen=True, slots=True)
class EngineLock:
    """A lock and the process that took it."""

    path: Path
    pid: int
    host: str
    since: str

    @property
    def holder(self) -> str:
        """Who holds it, in words."""
        return f"process {self.pid} on {self.host} since {self.since}"


def locks(backend: Path, stack: str) -> list[EngineLock]:
    """The locks of a stack (the last part of its name); one that goes while we look is none."""
    found = (_read(path) for path in sorted((backend / ".pulumi" / "locks").glob(f"**/{stack}/*.json")))
    return [lock for lock in found if lock]


def _read(path: Path) -> EngineLock | None:
    try:
        said = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except ValueError:  # torn by a crash: nobody can be waiting for it
        said = {}
    return EngineLock(path, int(said.get("pid", 0)), said.get("hostname", ""), said.get("timestamp", ""))


def is_held(lock: EngineLock, proc: Path = processes.PROC) -> bool:
    """Whether the process that took the lock may still be at work: one of another machine counts as alive."""
    if lock.host and lock.host != socket.gethostname():
        return True
    return processes.find(lock.pid, proc) is not None and _program(lock.pid, proc) == PROGRAM


def _program(pid: int, proc: Path) -> str:
    try:
        return (proc / str(pid) / "comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def break_abandoned(backend: Path, stack: str) -> list[EngineLock]:
    """Remove the locks whose holder is gone; those that stay."""
    found = locks(backend, stack)
    held = [lock for lock in found if is_held(lock)]
    for lock in found:
        if lock not in held:
            lock.path.unlink(missing_ok=True)
    return held
