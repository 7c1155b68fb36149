"""Ansible module: units that a host no longer has are stopped and disabled, in one task."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_leaving import leave
from ansible.module_utils.twinstack_turns import Busy, turn
from ansible.module_utils.twinstack_unit_steps import Failed

DOCUMENTATION = """
module: twinstack_leaving
short_description: Stop and disable units that a host no longer has
description:
  - In the given order; before an automount the mount that its first use has made, before both what lies on it.
  - A mount in use fails the task and stays as it is, and so do the units after it. One that nobody uses and whose
    server does not answer is taken off as its unit says, which may be by force.
  - Units that do not exist, or are stopped and disabled, are left alone.
options:
  units:
    description: Names of units.
    type: list
    elements: str
    required: true
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
    module = AnsibleModule(
        argument_spec={"units": {"type": "list", "elements": "str", "required": True}}, supports_check_mode=True
    )
    try:
        with turn("stopping units"):
            done = leave(module, module.params["units"])
    except (Busy, Failed) as error:
        module.fail_json(msg=str(error))
    else:
        module.exit_json(changed=bool(done), actions=done)


if __name__ == "__main__":
    main()
