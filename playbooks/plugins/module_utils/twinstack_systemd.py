"""What systemd says of units."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

PROPERTIES = (
    "Id",
    "LoadState",
    "ActiveState",
    "SubState",
    "UnitFileState",
    "NeedDaemonReload",
    "Type",
    "ActiveEnterTimestampMonotonic",
    "MainPID",
)
RUNNING = frozenset({"active", "reloading"})


class State(NamedTuple):
    """What systemd says of a unit; `since` in seconds of the monotonic clock; `outdated` runs a replaced program."""

    load: str
    active: str
    sub: str
    enabled: str
    stale: bool
    kind: str
    since: float
    outdated: bool = False

    @property
    def running(self) -> bool:
        """Whether the unit is up, if only to read its settings anew."""
        return self.active in RUNNING


def runs_replaced_program(pid: str, proc: Path = Path("/proc")) -> bool:
    """Whether the file that a process runs was replaced or removed since it started; no process runs none."""
    try:
        return pid != "0" and os.readlink(proc / pid / "exe").endswith(" (deleted)")  # noqa: PTH115 (resolves no link)
    except FileNotFoundError:
        return False


def show(names: list[str]) -> list[str]:
    """The command that shows units as `parse` reads them."""
    return ["systemctl", "show", "--property", ",".join(PROPERTIES), "--", *names]


def parse(shown: str) -> list[State]:
    """States from the blocks of `systemctl show`, in its order."""
    blocks = [dict(line.split("=", 1) for line in block.splitlines()) for block in shown.strip().split("\n\n") if block]
    return [
        State(
            load=block["LoadState"],
            active=block["ActiveState"],
            sub=block["SubState"],
            enabled=block["UnitFileState"],
            stale=block["NeedDaemonReload"] == "yes",
            kind=block.get("Type", ""),
            since=int(block.get("ActiveEnterTimestampMonotonic") or 0) / 1e6,
            outdated=runs_replaced_program(block.get("MainPID", "0")),
        )
        for block in blocks
    ]
