"""Ansible module: a whole role in one task: its packages are asked for, its files placed, its units settled."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_dpkg import Unfinished, lacking
from ansible.module_utils.twinstack_live import record_of, restore
from ansible.module_utils.twinstack_placing import Invalid
from ansible.module_utils.twinstack_role_files import ARGUMENTS, place_role, reason
from ansible.module_utils.twinstack_turns import Busy, turn
from ansible.module_utils.twinstack_unit_steps import Failed, Request, settle

DOCUMENTATION = """
module: twinstack_role
short_description: Install, place and start what a role lists, in one task
description:
  - The same as M(twinstack_packages), the installer, M(twinstack_files) and M(twinstack_units) after each other, for a
    role that has nothing to do in between; a task costs a host more than what it does.
  - When packages are missing it does nothing else and names them; the action plugin of the same name installs them and
    calls it again. Nothing is placed before its packages are there, nor when they could not be installed.
options:
  role:
    description: Name of the role, under which it is remembered what was placed.
    type: str
    required: true
  packages:
    description: Packages as M(twinstack_packages) takes them.
    type: list
    elements: str
    default: []
  directories:
    description: As M(twinstack_files) takes them.
    type: list
    elements: dict
    default: []
  files:
    description: As M(twinstack_files) takes them.
    type: list
    elements: dict
    default: []
  secrets:
    description: Texts of secret files by destination; never shown or logged.
    type: dict
    default: {}
  units:
    description: Units as M(twinstack_units) takes them.
    type: list
    elements: dict
    default: []
  restart:
    description: Units that were found to be up without doing their work.
    type: list
    elements: str
    default: []
  leaving:
    description: As M(twinstack_files) takes it.
    type: list
    elements: str
    default: []
  settings:
    description:
      - Values by kernel setting (a name of sysctl.d(5), or a path or pattern of paths below C(/sys)) that the role's
        files have. After the units those that are otherwise now, whoever set them, are set live; what this machine
        does not have, or may not set, is left alone.
    type: dict
    default: {}
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
missing:
  description: Packages to install first, as they were given; empty when all are installed.
  type: list
  returned: always
installer:
  description: The installer of this machine, C(apt) or C(dnf).
  type: str
  returned: always
changed_files:
  description: Destinations of changed files.
  type: list
  returned: when nothing is missing
actions:
  description: What was done to units, as C(verb unit), and the kernel settings that were set, as C(set name).
  type: list
  returned: when nothing is missing
"""


def main() -> None:
    """Run as an Ansible module."""
    lists = {
        "packages": {"type": "list", "elements": "str", "default": []},
        "units": {"type": "list", "elements": "dict", "default": []},
        "restart": {"type": "list", "elements": "str", "default": []},
        "settings": {"type": "dict", "default": {}},
    }
    module = AnsibleModule(argument_spec={**ARGUMENTS, **lists}, supports_check_mode=True)
    try:
        with turn(f"applying {module.params['role']}"):
            bring(module)
    except (Busy, Unfinished, Invalid, Failed, OSError, KeyError) as error:
        module.fail_json(msg=reason(error))


def bring(module: AnsibleModule) -> None:
    """Do the role's work and exit with what changed."""
    packages = lacking(module.params["packages"], check_mode=module.check_mode)
    if packages["missing"]:
        module.exit_json(changed=packages["finished"], **packages)
    placed = place_role(module)
    found = placed.found
    restart = sorted({*found.restart, *module.params["restart"]})
    request = Request(module.params["units"], restart, found.reload, found.unit_files, placed.pending)
    done = [] if request.idle else settle(module, request)
    record = record_of(Path(module.params["records"]), module.params["role"])
    done += restore(module.params["settings"], record, check_mode=module.check_mode)
    changed = bool(packages["finished"] or placed.result["changed"] or done)
    module.exit_json(**{**packages, **placed.result, "changed": changed, "actions": placed.left + done})


if __name__ == "__main__":
    main()
