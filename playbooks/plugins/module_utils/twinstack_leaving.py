"""Units that a role has started and no longer has: they are stopped and disabled, and what they mounted is taken off.

A mount goes before its automount: the end of an automount detaches what lies on it, under whoever uses it
(systemd's automount unit unmounts with MNT_DETACH). One in use is left as it is, and that is a failure.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_systemd import State
from ansible.module_utils.twinstack_unit_steps import Failed, ask, systemctl

PATIENCE = "40"
"""Seconds for taking off a mount; a server that is dead may not even be asked."""
NO_ANSWER = frozenset({124, 137})
"""How timeout(1) ends a command that took too long."""
UNMOUNT = "umount"
MOUNTS = ("mount", "automount")
RESTING = frozenset({"inactive", "failed"})
ENABLED = frozenset({"enabled", "enabled-runtime"})
SHOWN = 5


def leave(module: AnsibleModule, names: list[str]) -> list[str]:
    """Take units out of service in the given order and answer with what was done, as `verb unit`.

    Raises:
        Failed: a mount is in use, which is left as it is with all units after it; or a unit cannot be stopped.
    """
    units = in_order(names)
    states = ask(module, units)
    verbs = [verb for name in units for verb in steps(name, states[name])]
    for verb, name in verbs if not module.check_mode else ():
        if verb == UNMOUNT:
            take_off(module, name)
        else:
            systemctl(module, [verb, name])
    return [f"{verb} {name}" for verb, name in verbs]


def in_order(names: list[str]) -> list[str]:
    """Every unit once: before an automount the mount that its first use may have made, before both what lies on it."""
    units = list(dict.fromkeys(unit for name in names for unit in with_mount(name)))
    return list(dict.fromkeys(each for unit in units for each in (*lying_on(unit, units), unit)))


def with_mount(name: str) -> tuple[str, ...]:
    """A unit, with its mount before it where it is an automount."""
    base, _, kind = name.rpartition(".")
    return (f"{base}.mount", name) if kind == "automount" else (name,)


def lying_on(unit: str, units: list[str]) -> list[str]:
    """The mounts and automounts below that of a unit, deepest first; dashes part folders (systemd.unit(5))."""
    base, _, kind = unit.rpartition(".")
    below = [name for name in units if kind in MOUNTS and name.startswith(f"{base}-") and name.endswith(MOUNTS)]
    return sorted(below, key=lambda name: -name.count("-"))


def steps(name: str, state: State) -> Iterator[tuple[str, str]]:
    """The verbs that take a unit out of service; none for one that is."""
    if state.active not in RESTING:
        yield (UNMOUNT if name.endswith(".mount") and state.running else "stop"), name
    if state.enabled in ENABLED:
        yield "disable", name
    if state.active == "failed":
        yield "reset-failed", name


def take_off(module: AnsibleModule, name: str) -> None:
    """Unmount what a mount unit has mounted; only where nobody uses it and its server is dead by the unit's own force.

    Raises:
        Failed: it is in use.
    """
    where = module.run_command(["systemctl", "show", "--property", "Where", "--value", "--", name])[1].strip()
    used = holders(where)
    if used:
        raise Failed(in_use(where, f"by {', '.join(used[:SHOWN])}{' and others' if len(used) > SHOWN else ''}"))
    code, out, err = module.run_command(["timeout", "--kill-after=5", PATIENCE, "umount", where])
    if code in NO_ANSWER:
        systemctl(module, ["stop", name])
    elif code:
        raise Failed(in_use(where, f"({(err or out).strip()})"))


def in_use(where: str, how: str) -> str:
    """What is told of a mount that cannot be taken off."""
    return (
        f"{where} is no longer wanted here and is in use {how}: it stays mounted; run `pulumi up` again when it is free"
    )


def holders(where: str, proc: Path = Path("/proc")) -> list[str]:
    """Processes that stand in a folder or have a file below it open, as `name (pid)`; no file of it is touched."""
    below = f"{where.rstrip('/')}/"
    return [
        f"{name_of(process)} ({process.name})"
        for process in sorted(proc.glob("[0-9]*"), key=lambda path: int(path.name))
        if any(f"{link}/".startswith(below) for link in links(process))
    ]


def name_of(process: Path) -> str:
    """The name of a process's program; one may end at any time."""
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a process that ended"


def links(process: Path) -> Iterator[str]:
    """What a process has open and where it stands; one may end at any time."""
    try:
        for path in (process / "cwd", process / "root", *(process / "fd").iterdir()):
            yield os.readlink(path)  # noqa: PTH115 (resolves no link, nor asks a server)
    except OSError:
        return
