"""The steps that bring a role's units where they should be."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_systemd import State, parse, show

JOURNAL_LINES = "20"
UNANNOUNCED = frozenset({"simple", "exec", "idle"})
"""Types of services that do not say when they are ready: they count as up when they have lived for PROBATION."""
PROBATION = 1.0
DEADLINE = 30.0
INTERVAL = 0.1


class Failed(Exception):  # noqa: N818
    """A unit that could not be brought to where it should be."""


def is_up(state: State, now: float) -> bool:
    """Whether a started unit is there to stay, as far as one can know."""
    if state.kind == "oneshot" and state.active == "inactive":
        return True
    return state.active == "active" and (state.kind not in UNANNOUNCED or now - state.since >= PROBATION)


def is_lost(state: State) -> bool:
    """Whether a started unit has ended again."""
    return state.active in {"failed", "inactive"} or state.sub == "auto-restart"


def actions(
    units: list[dict[str, Any]], states: dict[str, State], restart: list[str], reload: list[str]
) -> list[list[str]]:
    """The systemctl verbs to run, in order: enabling, then each unit's start or restart, then units of others."""
    named = [unit["name"] for unit in units]
    verbs = [["enable", name] for name in named if states[name].enabled == "disabled"]
    for unit in units:
        verbs += unit_actions(unit, states[unit["name"]], restart, reload)
    verbs += [["restart", name] for name in restart if name not in named]
    verbs += [["try-reload-or-restart", name] for name in reload if name not in named and name not in restart]
    return verbs


def unit_actions(unit: dict[str, Any], state: State, restart: list[str], reload: list[str]) -> list[list[str]]:
    """What brings one of the role's units where it should be."""
    name = unit["name"]
    if not state.running:
        clear = [["reset-failed", name]] if state.active == "failed" else []
        return [*clear, ["start", name]] if unit.get("started", True) else []
    if name in restart or (state.outdated and unit.get("started", True)):
        return [["restart", name]]
    return [["try-reload-or-restart", name]] if name in reload else []


class Request(NamedTuple):
    """The units of a role and what they have to take up; `pending` is the file that remembers what is owed."""

    units: list[dict[str, Any]]
    restart: list[str]
    reload: list[str]
    daemon_reload: bool
    pending: str | None

    @property
    def idle(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.units or self.restart or self.reload or self.daemon_reload)


def settle(module: AnsibleModule, request: Request) -> list[str]:
    """Bring units where they should be and answer with what was done, as `verb unit`.

    Raises:
        Failed: a unit could not be brought there.
    """
    names = [unit["name"] for unit in request.units]
    states = ask(module, names)
    steps = [["daemon-reload"]] if request.daemon_reload or any(s.stale for s in states.values()) else []
    if steps and not module.check_mode:
        systemctl(module, steps[0])
        states = ask(module, names)
    verbs = actions(request.units, states, request.restart, request.reload)
    if not module.check_mode:
        refuse_unusable(states)
        for verb in verbs:
            systemctl(module, verb)
        await_up(module, [name for verb, name in verbs if verb in {"start", "restart"}])
        if request.pending:
            Path(request.pending).unlink(missing_ok=True)
    return [" ".join(step) for step in (*steps, *verbs)]


def ask(module: AnsibleModule, names: list[str]) -> dict[str, State]:
    """The states of units by name."""
    if not names:
        return {}
    code, out, err = module.run_command(show(names))
    if code:
        raise Failed(f"systemctl show failed: {err.strip()}")
    return dict(zip(names, parse(out)))  # noqa: B905 (hosts run Python 3.9, too)


def refuse_unusable(states: dict[str, State]) -> None:
    """Say so before anything is started when a unit does not exist or is masked."""
    unusable = [f"{name} is {state.load}" for name, state in states.items() if state.load in {"not-found", "masked"}]
    if unusable:
        raise Failed(f"units cannot be started: {', '.join(unusable)}")


def systemctl(module: AnsibleModule, verb: list[str]) -> None:
    """Run one systemctl verb; a failure carries the unit's last journal lines."""
    code, out, err = module.run_command(["systemctl", *verb])
    if code:
        raise Failed(f"systemctl {' '.join(verb)} failed: {(err or out).strip()}\n{journal(module, verb[-1])}".strip())


def await_up(module: AnsibleModule, names: list[str]) -> None:
    """Wait until units that were started are up; one that has ended again fails at once."""
    deadline = time.monotonic() + DEADLINE
    while True:
        states = ask(module, names)
        down = {name: state for name, state in states.items() if not is_up(state, time.monotonic())}
        for name, state in down.items():
            if is_lost(state) or time.monotonic() > deadline:
                raise Failed(f"{name} is {state.active} ({state.sub}) after its start\n{journal(module, name)}".strip())
        if not down:
            return
        time.sleep(INTERVAL)


def journal(module: AnsibleModule, name: str) -> str:
    """The last journal lines of a unit."""
    lines = ["journalctl", "--unit", name, "--lines", JOURNAL_LINES, "--no-pager"]
    return str(module.run_command(lines)[1])
