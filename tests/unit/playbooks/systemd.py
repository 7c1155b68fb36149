"""A pretended systemd: units and their states behind the commands that modules run; unknown commands are rejected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Unit:
    """A unit's state; `where` of a mount, `umount` what the command of that name answers for it."""

    active: str = "active"
    enabled: str = "enabled"
    load: str = "loaded"
    where: str = ""
    umount: tuple[int, str] = (0, "")


@dataclass
class Systemd:
    """Runs the commands of modules; `watch` says of each verb whether it comes at the right time."""

    units: dict[str, Unit]
    ran: list[str] = field(default_factory=list)
    watch: Callable[[str], bool] = lambda _verb: True

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        if command[0] == "timeout":
            return self._umount(command)
        assert command[0] == "systemctl", command
        verb, name = command[1], command[-1]
        if verb == "show":
            return 0, self._show(command), ""
        self.ran.append(" ".join(command[1:]))
        assert self.watch(verb), f"{command} at the wrong time"
        if verb in {"stop", "reset-failed"}:
            self.units[name].active = "inactive"
        if verb == "disable":
            self.units[name].enabled = "disabled"
        return 0, "", ""

    def _show(self, command: list[str]) -> str:
        names = command[command.index("--") + 1 :]
        if "Where" in command:
            return "".join(f"{self.units[name].where}\n" for name in names)
        return "\n".join(self._block(name, self.units.get(name, Unit("inactive", "", "not-found"))) for name in names)

    def _block(self, name: str, unit: Unit) -> str:
        sub = "running" if unit.active == "active" else "dead"
        states = f"LoadState={unit.load}\nActiveState={unit.active}\nSubState={sub}\nUnitFileState={unit.enabled}\n"
        return f"Id={name}\n{states}NeedDaemonReload=no\nType=notify\nActiveEnterTimestampMonotonic=0\n"

    def _umount(self, command: list[str]) -> tuple[int, str, str]:
        unit = next(unit for unit in self.units.values() if unit.where == command[-1])
        self.ran.append(f"umount {command[-1]}")
        code, why = unit.umount
        if not code:
            unit.active = "inactive"
        return code, "", why
