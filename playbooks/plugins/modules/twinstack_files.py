"""Ansible module: all directories and files of a role in one task."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_placing import (
    Changes,
    Invalid,
    apply,
    changes,
    difference,
    is_renewed,
    recorded,
    remember,
    units_of,
    wanted_files,
    write_record,
)
from ansible.module_utils.twinstack_turns import Busy, turn

DOCUMENTATION = """
module: twinstack_files
short_description: Place all directories and files of a role
description:
  - Files are written beside their destination and checked by C(validate), all of them, before the first is renamed.
  - Files that the role placed formerly and that are no longer listed are removed.
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
    module = AnsibleModule(
        argument_spec={
            "role": {"type": "str", "required": True},
            "directories": {"type": "list", "elements": "dict", "default": []},
            "files": {"type": "list", "elements": "dict", "default": []},
            "secrets": {"type": "dict", "default": {}, "no_log": True},
            "digest": {"type": "str"},
            "records": {"type": "path", "default": "/var/lib/twinstack"},
        },
        supports_check_mode=True,
    )
    try:
        with turn(f"placing files of {module.params['role']}"):
            place_role(module)
    except (Busy, Invalid, OSError) as error:
        module.fail_json(msg=str(error))
    except KeyError as error:
        module.fail_json(msg=f"an owner of a file does not exist on this host: {error}")


def place_role(module: AnsibleModule) -> None:
    """Bring a role's directories and files in place and exit with what changed."""
    role, records = module.params["role"], Path(module.params["records"])
    record, pending = records / f"{role}.json", records / f"{role}.pending.json"
    files = wanted_files(module.params["files"], module.params["secrets"])
    placed = recorded(record)
    found = changes(module.params["directories"], files, placed, recorded(pending))
    renewed = is_renewed(records, role, module.params["digest"])
    diff = [difference(file) for file in found.files] if module._diff else []  # noqa: SLF001 (Ansible has no other way)
    if not module.check_mode:
        if found.restart or found.reload:
            write_record(pending, {"restart": found.restart, "reload": found.reload})
        write_record(record, {**placed, **units_of(files)})
        apply(found, lambda command: run(module, command))
        label(module, found)
        write_record(record, units_of(files))
        remember(records, role, module.params["digest"])
    module.exit_json(
        changed=bool(found.paths) or renewed,
        changed_files=found.paths,
        restart=found.restart,
        reload=found.reload,
        daemon_reload=found.unit_files,
        pending=str(pending),
        diff=diff,
    )


def run(module: AnsibleModule, command: list[str]) -> tuple[int, str]:
    """Run a command and answer with its code and all its output."""
    code, out, err = module.run_command(command)
    return code, out + err


def label(module: AnsibleModule, found: Changes) -> None:
    """Give what was placed its default SELinux context, where there is SELinux."""
    for path in (*(item["dest"] for item in found.directories), *(str(file.dest) for file in found.files)):
        module.set_default_selinux_context(path, False)  # noqa: FBT003 (Ansible's signature)


if __name__ == "__main__":
    main()
