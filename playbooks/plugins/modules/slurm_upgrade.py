"""Ansible module: whether Slurm's packages may move from what is installed to what is planned. Changes nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: slurm_upgrade
short_description: Refuse moves of Slurm's version that Slurm does not support
description:
  - An upgrade must start at a release that the new one supports, and no daemon goes back to an earlier version
    (slurm.schedmd.com/upgrades.html, "Compatibility Window" and "Reverting an Upgrade"). Another build of the same
    version is neither.
  - slurmctld must not be newer than slurmdbd, nor slurmd and the commands newer than slurmctld; C(behind) has the
    daemon asked that must have been moved before. It is asked only when packages are about to move.
options:
  version:
    description: The planned version of the packages.
    type: str
    required: true
  supported:
    description: Releases that it can take over from, its own included.
    type: list
    elements: str
    required: true
  packages:
    description: Names under which Slurm may be installed.
    type: list
    elements: str
    required: true
  behind:
    description: The daemon that must be of the planned release already.
    type: str
    choices: [nothing, database, controller]
    default: nothing
author: [twinstack]
"""

RETURN = """
installed:
  description: Versions of Slurm's packages on the host; empty where there are none.
  type: list
  returned: always
moves:
  description: Whether installed packages will be replaced.
  type: bool
  returned: always
"""

DPKG = Path("/usr/bin/dpkg-query")
UPSTREAM = re.compile(r"(\d\d)\.(\d\d)\.(\d+)")
GUIDE = "see slurm.schedmd.com/upgrades.html"


class Question(NamedTuple):
    """How a daemon is asked for its version; `key` begins the line of the answer."""

    daemon: str
    command: list[str]
    key: str


QUESTIONS = {
    "database": Question("slurmdbd", ["sacctmgr", "show", "configuration"], "SLURMDBD_VERSION"),
    "controller": Question("slurmctld", ["scontrol", "show", "config"], "SLURM_VERSION"),
}


class Refused(Exception):  # noqa: N818
    """A move that must not be made."""


def upstream(version: str) -> tuple[int, ...]:
    """Slurm's own version within a package's: (24, 11, 5) of `1:24.11.5-1`.

    Raises:
        Refused: it is not one of Slurm's.
    """
    found = UPSTREAM.search(version)
    if not found:
        raise Refused(f"{version} is not a version of Slurm")
    return tuple(int(number) for number in found.groups())


def release(version: str) -> str:
    """The major release of a package's version."""
    return "{:02}.{:02}".format(*upstream(version))


def refusal(installed: str, planned: str, supported: list[str]) -> str:
    """Why the packages must not move so; empty when they may."""
    if upstream(planned) < upstream(installed):
        return f"Slurm {installed} is installed and {planned} is older: going back is not supported; {GUIDE}"
    if release(installed) not in supported:
        first = [each for each in supported if each != release(planned)]
        return (
            f"Slurm {installed} is installed, from which {release(planned)} cannot take over"
            f" (it can from {', '.join(first)}): upgrade in steps; {GUIDE}"
        )
    return ""


def installed_versions(module: AnsibleModule, packages: list[str]) -> list[str]:
    """Versions of those packages that are installed, each once."""
    listing = ["rpm", "-q", "--qf", "installed %{VERSION}-%{RELEASE}\n"]
    if DPKG.exists():
        listing = [str(DPKG), "-W", "-f", "${db:Status-Status} ${Version}\n"]
    lines = module.run_command([*listing, *packages])[1].splitlines()
    found = {line.split()[1] for line in lines if line.startswith("installed ")}
    return sorted(found)


def refuse_before_its_time(module: AnsibleModule, question: Question, planned: str) -> None:
    """Ask the daemon that must have moved before.

    Raises:
        Refused: it does not answer, or is of an earlier release.
    """
    code, out, err = module.run_command(question.command)
    found = re.search(rf"^\s*{question.key}\s*=\s*(\S+)", out, re.MULTILINE)
    if code or not found:
        raise Refused(f"{question.daemon} must be upgraded before and does not answer: {(err or out).strip()}; {GUIDE}")
    if upstream(found[1])[:2] < upstream(planned)[:2]:
        raise Refused(f"{question.daemon} still runs {found[1]} and must be upgraded to {planned} before; {GUIDE}")


def settle(module: AnsibleModule) -> dict[str, object]:
    """Say what is installed and whether it moves; refuse what is not supported."""
    planned: str = module.params["version"]
    installed = installed_versions(module, module.params["packages"])
    moves = any(version != planned for version in installed)
    for version in installed:
        why = refusal(version, planned, module.params["supported"])
        if why:
            raise Refused(why)
    if moves and module.params["behind"] in QUESTIONS:
        refuse_before_its_time(module, QUESTIONS[module.params["behind"]], planned)
    return {"installed": installed, "moves": moves}


def main() -> None:
    """Run as an Ansible module."""
    strings = {"type": "list", "elements": "str", "required": True}
    module = AnsibleModule(
        argument_spec={
            "version": {"type": "str", "required": True},
            "supported": strings,
            "packages": strings,
            "behind": {"type": "str", "choices": ["nothing", *QUESTIONS], "default": "nothing"},
        },
        supports_check_mode=True,
    )
    try:
        module.exit_json(changed=False, **settle(module))
    except Refused as refused:
        module.fail_json(msg=str(refused))


if __name__ == "__main__":
    main()
