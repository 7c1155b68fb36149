"""Ansible module: which of a list of packages are not installed. Changes nothing, needs no package index."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

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

DPKG = Path("/usr/bin/dpkg-query")


def installed_by_dpkg(listing: str) -> dict[str, str]:
    """Versions of the installed packages in dpkg-query's `status package version` lines."""
    rows = [line.split(" ") for line in listing.splitlines()]
    return {name: version for status, name, version in rows if status == "ii"}


def lacks(package: str, versions: dict[str, str]) -> bool:
    """Whether a package, given as `name` or `name=version`, is not installed so."""
    name, _, version = package.partition("=")
    return name not in versions or version not in {"", versions[name]}


def missing_by_dpkg(packages: list[str]) -> list[str]:
    """Packages that dpkg does not know as installed."""
    names = [package.partition("=")[0] for package in packages]
    form = "${db:Status-Abbrev}${Package} ${Version}\n"
    asked = subprocess.run([DPKG, "-W", "-f", form, *names], capture_output=True, text=True, check=False)
    versions = installed_by_dpkg(asked.stdout)
    return [package for package in packages if lacks(package, versions)]


def missing_by_rpm(packages: list[str]) -> list[str]:
    """Packages that rpm does not know as installed."""
    return [package for package in packages if subprocess.run(["rpm", "-q", package], check=False).returncode]


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
