"""Ansible module: all directories and files of a role in one task."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_placing import Invalid
from ansible.module_utils.twinstack_role_files import ARGUMENTS, place_role, reason
from ansible.module_utils.twinstack_turns import Busy, turn
from ansible.module_utils.twinstack_unit_steps import Failed

DOCUMENTATION = """
module: twinstack_files
short_description: Place all directories and files of a role
description:
  - Files are written beside their destination and checked by C(validate), all of them, before the first is renamed.
  - Files that the role placed formerly and that are no longer listed are removed, unless another role has placed them
    since. Before that their units, and those of C(leaving), are ended as M(twinstack_leaving) does it.
  - Which units have to take up a change is remembered on the host until M(twinstack_units) has seen to it, so that
    a run that was killed in between is made good by the next.
  - Called through the action plugin of the same name, which fills in the texts.
options:
  role:
    description: Name of the role, under which it is remembered what was placed.
    type: str
    required: true
  directories:
    description: Directories with C(dest), C(owner), C(group), C(mode). Missing parents become root's, 0755.
    type: list
    elements: dict
    default: []
  files:
    description:
      - Files with C(dest), C(content), C(owner), C(group), C(mode), C(restarts), C(reloads).
      - C(validate) is a command in which C(%s) is the new file.
    type: list
    elements: dict
    default: []
  secrets:
    description: Texts of secret files by destination; never shown or logged.
    type: dict
    default: {}
  leaving:
    description: Units that the role started formerly and no longer has.
    type: list
    elements: str
    default: []
  digest:
    description:
      - What all that the role wants is known by. A role that wants another thing than before has changed, even where
        that is nothing to be placed; without it this is not remembered.
    type: str
  records:
    description: Directory in which it is remembered what was placed.
    type: path
    default: /var/lib/twinstack
author: [twinstack]
"""

RETURN = """
changed_files:
  description: Destinations of changed files.
  type: list
  returned: always
left:
  description: What was done to units that the role no longer has, as C(verb unit).
  type: list
  returned: always
restart:
  description: Units to restart.
  type: list
  returned: always
reload:
  description: Units to reload.
  type: list
  returned: always
daemon_reload:
  description: Whether unit files changed.
  type: bool
  returned: always
pending:
  description: The file that remembers restart and reload; to be removed when they are done.
  type: str
  returned: always
"""


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    try:
        with turn(f"placing files of {module.params['role']}"):
            placed = place_role(module)
    except (Busy, Invalid, Failed, OSError, KeyError) as error:
        module.fail_json(msg=reason(error))
    else:
        module.exit_json(**placed.result)


if __name__ == "__main__":
    main()
