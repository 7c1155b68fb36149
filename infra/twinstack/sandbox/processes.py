"""Processes by number and start time, so that a number that was given out again is never mistaken."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PROC = Path("/proc")
STATE, PARENT, STARTED = 0, 1, 19  # fields of /proc/PID/stat, counted after the command's name


@dataclass(frozen=True, slots=True)
class Process:
    """A process: its number and its start, in clock ticks after the machine's boot."""

    pid: int
    started: int


def find(pid: int, proc: Path = PROC) -> Process | None:
    """The running process of that number; None when there is none or only its remains."""
    fields = _stat(pid, proc)
    return Process(pid, int(fields[STARTED])) if fields and fields[STATE] != "Z" else None


def is_running(process: Process, proc: Path = PROC) -> bool:
    """Whether just this process still runs."""
    return find(process.pid, proc) == process


def ancestors(pid: int, proc: Path = PROC) -> frozenset[int]:
    """The process and all those that it descends from."""
    found: set[int] = set()
    while pid > 0 and (fields := _stat(pid, proc)):
        found.add(pid)
        pid = int(fields[PARENT])
    return frozenset(found)


def kill(process: Process) -> None:
    """Kill a process if it still runs."""
    if is_running(process):
        send(process.pid, signal.SIGKILL)


def send(pid: int, number: int) -> None:
    """Send a signal; one who is gone needs none."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def exterminate(pids: Callable[[], Iterable[int]], seconds: float = 20) -> bool:
    """Kill what `pids` lists until it lists nothing; False when something outlives the deadline."""

    @retry(
        retry=retry_if_result(bool),
        stop=stop_after_delay(seconds),
        wait=wait_fixed(0.05),
        retry_error_callback=lambda _: True,
    )
    def strike() -> bool:
        living = [pid for pid in pids() if find(pid)]
        for pid in living:
            send(pid, signal.SIGKILL)
        return bool(living)

    return not strike()


def _stat(pid: int, proc: Path) -> list[str]:
    try:
        text = (proc / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
