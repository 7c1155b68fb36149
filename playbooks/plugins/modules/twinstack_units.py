"""Ansible module: all systemd units of a role in one task."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_turns import Busy, turn
from ansible.module_utils.twinstack_unit_steps import Failed, Request, settle

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
            done = settle(module, Request(**module.params))
    except (Busy, Failed) as error:
        module.fail_json(msg=str(error))
    else:
        module.exit_json(changed=bool(done), actions=done)


if __name__ == "__main__":
    main()
