"""Ansible module: which of a list of packages are not installed; needs no package index.

It changes something in one case only: an installation that was cut off (by a kill, by a loss of power) is finished,
since apt refuses to work before that is done.
"""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_dpkg import Unfinished, lacking

DOCUMENTATION = """
module: twinstack_packages
short_description: Ask which packages are missing
description:
  - Asks dpkg or rpm directly, which takes milliseconds, so that the installer is only started when there is work.
  - When packages are missing and dpkg was interrupted, runs C(dpkg --configure -a) first, and starts no service by it.
options:
  packages:
    description: Names as the installer takes them; C(name=version) (apt), C(name-version) (dnf) ask for a version.
    type: list
    elements: str
    required: true
author: [twinstack]
"""

RETURN = """
missing:
  description: Packages to install, as they were given.
  type: list
  returned: always
finished:
  description: Whether an installation that had been cut off was finished.
  type: bool
  returned: always
installer:
  description: The installer of this machine, C(apt) or C(dnf).
  type: str
  returned: always
"""


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={"packages": {"type": "list", "elements": "str", "required": True}}, supports_check_mode=True
    )
    try:
        found = lacking(module.params["packages"], check_mode=module.check_mode)
    except Unfinished as error:
        module.fail_json(msg=str(error))
    else:
        module.exit_json(changed=found["finished"], **found)


if __name__ == "__main__":
    main()
