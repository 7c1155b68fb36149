"""Ansible module: all systemd units of a role in one task."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_systemd import State, parse, show
from ansible.module_utils.twinstack_turns import Busy, turn

DOCUMENTATION = """
module: twinstack_units
short_description: Enable, start, restart and reload the units of a role
description:
  - Units that run once (C(Type=oneshot)) need C(RemainAfterExit=yes), else they count as stopped, each time.
  - A service whose program was replaced while it ran, as an upgrade of its package does, is restarted.
  - A unit that fails to start, or that ends within the second after, fails the task with the last lines of its journal.
options:
  units:
    description: Units with C(name) and C(started); all are enabled, those with C(started) run afterwards.
    type: list
    elements: dict
    default: []
  restart:
    description: Units that must take up a change by a restart.
    type: list
    elements: str
    default: []
  reload:
    description: Units that must take up a change by a reload.
    type: list
    elements: str
    default: []
  daemon_reload:
    description: Whether unit files changed.
    type: bool
    default: false
  pending:
    description: The file in which M(twinstack_files) remembers what to restart; removed when it is done.
    type: path
author: [twinstack]
"""

RETURN = """
actions:
  description: What was done, as C(verb unit).
  type: list
  returned: always
"""

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


def main() -> None:
    """Run as an Ansible module."""
    strings = {"type": "list", "elements": "str", "default": []}
    module = AnsibleModule(
        argument_spec={
            "units": {"type": "list", "elements": "dict", "default": []},
            "restart": strings,
            "reload": strings,
            "daemon_reload": {"type": "bool", "default": False},
            "pending": {"type": "path"},
        },
        supports_check_mode=True,
    )
    try:
        with turn("starting units"):
            settle(module)
    except (Busy, Failed) as error:
        module.fail_json(msg=str(error))


def settle(module: AnsibleModule) -> None:
    """Bring the units where they should be and exit with what was done."""
    units, restart, reload = module.params["units"], module.params["restart"], module.params["reload"]
    states = ask(module, [unit["name"] for unit in units])
    steps = [["daemon-reload"]] if module.params["daemon_reload"] or any(s.stale for s in states.values()) else []
    if steps and not module.check_mode:
        systemctl(module, steps[0])
        states = ask(module, [unit["name"] for unit in units])
    verbs = actions(units, states, restart, reload)
    if not module.check_mode:
        refuse_unusable(states)
        for verb in verbs:
            systemctl(module, verb)
        await_up(module, [name for verb, name in verbs if verb in {"start", "restart"}])
        if module.params["pending"]:
            Path(module.params["pending"]).unlink(missing_ok=True)
    done = [" ".join(step) for step in (*steps, *verbs)]
    module.exit_json(changed=bool(done), actions=done)


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


if __name__ == "__main__":
    main()
