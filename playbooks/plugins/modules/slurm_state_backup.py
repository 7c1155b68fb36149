"""Ansible module: an archive of slurmctld's state before the version moves."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_backups import archive, keep_newest, named

DOCUMENTATION = """
module: slurm_state_backup
short_description: Archive slurmctld's StateSaveLocation
description:
  - A new slurmctld rewrites its state, and the old one cannot read that (slurm.schedmd.com/upgrades.html, "Reverting an
    Upgrade"). The daemon goes on running meanwhile, since it replaces each of its files at once, by renaming.
options:
  state:
    description: The directory.
    type: path
    required: true
  label:
    description: What the file's name says beside the time.
    type: str
    required: true
  directory:
    description: Where archives are kept, for root alone.
    type: path
    default: /var/backups/slurm
  keep:
    description: How many archives stay.
    type: int
    default: 5
author: [twinstack]
"""

RETURN = """
path:
  description: The archive.
  type: str
  returned: always
"""

SUBJECT, SUFFIX = "slurmctld-state", ".tar.gz"


def members(state: Path) -> list[Path]:
    """All files of the state but those that are just being written; one of a job that ends may be gone soon."""
    return sorted(path for path in state.rglob("*") if path.is_file() and path.suffix != ".new")


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "path", "required": True},
            "label": {"type": "str", "required": True},
            "directory": {"type": "path", "default": "/var/backups/slurm"},
            "keep": {"type": "int", "default": 5},
        },
        supports_check_mode=True,
    )
    state, directory = Path(module.params["state"]), Path(module.params["directory"])
    path = named(directory, SUBJECT, module.params["label"], SUFFIX)
    try:
        count = 0 if module.check_mode else archive(state, members(state), path)
    except OSError as error:
        module.fail_json(msg=f"no backup, so nothing was upgraded: {error}")
    if not module.check_mode:
        keep_newest(directory, SUBJECT, SUFFIX, module.params["keep"])
    module.exit_json(changed=True, path=str(path), files=count)


if __name__ == "__main__":
    main()
