"""Ansible module: refuse to go on where no GPFS client is installed, or its daemon is not active."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: gpfs_client
short_description: Require an active GPFS (IBM Storage Scale) client
description:
  - Asks mmgetstate about this node. Installs, starts and changes nothing; works in check mode.
options:
  commands:
    description: Directory of GPFS's commands.
    type: path
    default: /usr/lpp/mmfs/bin
author: [twinstack]
"""

RETURN = """
state:
  description: The daemon's state, C(active).
  type: str
  returned: success
"""

ACTIVE = "active"
INSTALL = "install IBM Storage Scale's client and add this node to its cluster (mmaddnode), or take storage.gpfs away"


def state(listing: str) -> str | None:
    """This node's state in the output of `mmgetstate -Y`: fields parted by colons, named by a header."""
    rows = [line.split(":") for line in listing.splitlines()]
    header = next((row for row in rows if "HEADER" in row and "state" in row), None)
    values = [row for row in rows if row is not header and row[0] == "mmgetstate"]
    return values[0][header.index("state")] if header and values else None


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={"commands": {"type": "path", "default": "/usr/lpp/mmfs/bin"}}, supports_check_mode=True
    )
    program = Path(module.params["commands"]) / "mmgetstate"
    if not program.exists():
        module.fail_json(msg=f"GPFS is not installed on this host ({program} is missing): {INSTALL}")
    code, out, err = module.run_command([str(program), "-Y"])
    seen = state(out)
    if code or seen != ACTIVE:
        told = seen or err.strip() or f"mmgetstate ended with {code}"
        module.fail_json(
            msg=f"GPFS is not active on this host ({told}): mmstartup starts it, mmhealth says what it lacks"
        )
    module.exit_json(changed=False, state=seen)


if __name__ == "__main__":
    main()
