"""Ansible module: which of a list of packages are not installed. Changes nothing, needs no package index."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_installed import DPKG, missing_by_dpkg, missing_by_rpm

DOCUMENTATION = """
module: twinstack_packages
short_description: Ask which packages are missing
description:
  - Asks dpkg or rpm directly, which takes milliseconds, so that the installer is only started when there is work.
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
    packages = module.params["packages"]
    if DPKG.exists():
        module.exit_json(changed=False, installer="apt", missing=missing_by_dpkg(packages))
    module.exit_json(changed=False, installer="dnf", missing=missing_by_rpm(packages))


if __name__ == "__main__":
    main()
