"""Ansible module: which of a list of packages are not installed; needs no package index.

It changes something in one case only: an installation that was cut off (by a kill, by a loss of power) is finished,
since apt refuses to work before that is done.
"""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_installed import DPKG, missing_by_dpkg, missing_by_rpm

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

JOURNAL = Path("/var/lib/dpkg/updates")
"""Holds numbered files only while dpkg is at work, or when it was cut off (dpkg(1), admindir)."""
HALF = frozenset("UFHWt")
"""Second letter of dpkg's status: unpacked, half-configured, half-installed, triggers awaited or pending."""
START_NOTHING = Path("/usr/sbin/policy-rc.d")
PATIENCE = 300.0
INTERVAL = 1.0


class Failed(Exception):  # noqa: N818
    """dpkg cannot be brought to an end."""


def is_cut_off(listing: str, journal: list[str]) -> bool:
    """Whether dpkg has work that it began and did not end."""
    return any(name.isdigit() for name in journal) or any(line[1:2] in HALF for line in listing.splitlines())


def finish() -> bool:
    """Finish what dpkg was at when it was cut off; whether there was anything.

    Raises:
        Failed: dpkg refused, or somebody else has held its lock for too long.
    """
    listing = subprocess.run([DPKG, "-W", "-f", "${db:Status-Abbrev}\n"], capture_output=True, text=True, check=True)
    if not is_cut_off(listing.stdout, [path.name for path in JOURNAL.iterdir()]):
        return False
    with nothing_started():
        configure(time.monotonic() + PATIENCE)
    return True


def configure(deadline: float) -> None:
    """Run dpkg's own repair; while another installer holds the lock, its work is not cut off but going on."""
    command = ["dpkg", "--configure", "-a", "--force-confdef", "--force-confold"]
    while True:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode == 0:
            return
        if "lock" not in done.stderr or time.monotonic() > deadline:
            raise Failed(f"dpkg was interrupted, and `{' '.join(command)}` fails: {done.stderr.strip()[-1000:]}")
        time.sleep(INTERVAL)


@contextmanager
def nothing_started(policy: Path = START_NOTHING) -> Iterator[None]:
    """Keep packages from starting services while this lasts; a policy of the machine's own stays."""
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={"packages": {"type": "list", "elements": "str", "required": True}}, supports_check_mode=True
    )
    packages = module.params["packages"]
    if not DPKG.exists():
        module.exit_json(changed=False, finished=False, installer="dnf", missing=missing_by_rpm(packages))
    try:
        finished = bool(missing_by_dpkg(packages)) and not module.check_mode and finish()
    except Failed as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=finished, finished=finished, installer="apt", missing=missing_by_dpkg(packages))


if __name__ == "__main__":
    main()
