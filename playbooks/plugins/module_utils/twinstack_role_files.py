"""All directories and files of a role: compared, placed, and remembered on the host."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_leaving import leave
from ansible.module_utils.twinstack_placing import (
    Changes,
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

ARGUMENTS: dict[str, dict[str, Any]] = {
    "role": {"type": "str", "required": True},
    "directories": {"type": "list", "elements": "dict", "default": []},
    "files": {"type": "list", "elements": "dict", "default": []},
    "secrets": {"type": "dict", "default": {}, "no_log": True},
    "leaving": {"type": "list", "elements": "str", "default": []},
    "digest": {"type": "str"},
    "records": {"type": "path", "default": "/var/lib/twinstack"},
}
"""What modules that place files take."""


class Placed(NamedTuple):
    """What was changed, what has to take it up, and the file that remembers this until it is done.

    `left` is what was done to units that the role no longer has. `renewed`: the role wants another thing than before,
    even where that is nothing to be placed.
    """

    found: Changes
    left: list[str]
    renewed: bool
    diff: list[dict[str, str]]
    pending: str

    @property
    def result(self) -> dict[str, Any]:
        """What a task returns of it."""
        return {
            "changed": bool(self.found.paths or self.left) or self.renewed,
            "changed_files": self.found.paths,
            "left": self.left,
            "restart": self.found.restart,
            "reload": self.found.reload,
            "daemon_reload": self.found.unit_files,
            "pending": self.pending,
            "diff": self.diff,
        }


def place_role(module: AnsibleModule) -> Placed:
    """Bring a role's directories and files in place, after the end of the units that it no longer has.

    Raises:
        Invalid: a file's validation refuses it; nothing was replaced.
        Failed: a unit cannot be ended; nothing was replaced.
    """
    role, records = module.params["role"], Path(module.params["records"])
    record, pending = records / f"{role}.json", records / f"{role}.pending.json"
    files = wanted_files(module.params["files"], module.params["secrets"])
    placed = recorded(record)
    others = elsewhere(records, role) if placed.keys() - units_of(files).keys() else set()
    own = {dest: units for dest, units in placed.items() if dest not in others}
    found = changes(module.params["directories"], files, own, recorded(pending))
    leaving = [*module.params["leaving"], *found.stale_units]
    found = found.without(leaving)
    renewed = is_renewed(records, role, module.params["digest"])
    diff = [difference(file) for file in found.files] if module._diff else []  # noqa: SLF001 (Ansible has no other way)
    left = leave(module, leaving) if leaving else []
    if not module.check_mode:
        if found.restart or found.reload:
            write_record(pending, {"restart": found.restart, "reload": found.reload})
        write_record(record, {**placed, **units_of(files)})
        apply(found, lambda command: run(module, command))
        label(module, found)
        write_record(record, units_of(files))
        remember(records, role, module.params["digest"])
    return Placed(found, left, renewed, diff, str(pending))


def elsewhere(records: Path, role: str) -> set[str]:
    """What the other roles of this host have placed: a file may have moved from one to another."""
    others = (path for path in records.glob("*.json") if "." not in path.stem and path.stem != role)
    return {dest for path in others for dest in recorded(path)}


def run(module: AnsibleModule, command: list[str]) -> tuple[int, str]:
    """Run a command and answer with its code and all its output."""
    code, out, err = module.run_command(command)
    return code, out + err


def label(module: AnsibleModule, found: Changes) -> None:
    """Give what was placed its default SELinux context, where there is SELinux."""
    for path in (*(item["dest"] for item in found.directories), *(str(file.dest) for file in found.files)):
        module.set_default_selinux_context(path, False)  # noqa: FBT003 (Ansible's signature)


def reason(error: Exception) -> str:
    """Why placing failed, in words."""
    return f"an owner of a file does not exist on this host: {error}" if isinstance(error, KeyError) else str(error)
