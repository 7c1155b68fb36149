"""Ansible module: all users and groups of the site, and home directories, in one task."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_placing import is_renewed, remember

DOCUMENTATION = """
module: twinstack_accounts
short_description: Users and groups with fixed numbers
description:
  - Asks the name service, so accounts that come from a directory with the right numbers are left alone.
  - One task for everyone, since a task a person and host does not scale.
  - Accounts that are not listed are not touched.
options:
  users:
    description: Names and uids.
    type: dict
    default: {}
  groups:
    description: Groups by name, each with C(gid) and C(members); others are taken out of it.
    type: dict
    default: {}
  primary_group:
    description: The group of every user.
    type: str
    default: users
  homes:
    description: The directory in which missing home directories are made from C(/etc/skel); none are made without it.
    type: path
  digest:
    description: What all that is wanted here is known by; another one than before is a change, even of nothing else.
    type: str
  records:
    description: Directory in which the digest is remembered.
    type: path
    default: /var/lib/twinstack
  shell:
    description: The login shell of new users.
    type: str
    default: /bin/bash
author: [twinstack]
"""

RETURN = """
commands:
  description: The commands that were run.
  type: list
  returned: always
homes_made:
  description: Home directories that were made.
  type: list
  returned: always
"""


ROLE = "users"


class Failed(Exception):  # noqa: N818
    """A command that failed."""


class Known(NamedTuple):
    """What the name service knows: uids of users, gid and members of groups."""

    users: dict[str, int]
    groups: dict[str, tuple[int, frozenset[str]]]


def known(users: dict[str, int], groups: dict[str, Any]) -> Known:
    """Ask the name service for the listed users and groups."""
    found_users, found_groups = {}, {}
    for name in users:
        try:
            found_users[name] = pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    for name in groups:
        try:
            entry = grp.getgrnam(name)
        except KeyError:
            continue
        found_groups[name] = (entry.gr_gid, frozenset(entry.gr_mem))
    return Known(found_users, found_groups)


def user_commands(users: dict[str, int], have: Known, group: str, shell: str) -> list[list[str]]:
    """What makes each user exist with its uid."""
    commands = []
    for name, uid in sorted(users.items()):
        if name not in have.users:
            where = ["--home-dir", f"/home/{name}", "--no-create-home"]
            commands.append(["useradd", "--uid", str(uid), "--gid", group, "--shell", shell, *where, name])
        elif have.users[name] != uid:
            commands.append(["usermod", "--uid", str(uid), name])
    return commands


def group_commands(groups: dict[str, Any], have: Known) -> list[list[str]]:
    """What makes each group exist with its gid and exactly its members."""
    commands = []
    for name, wanted in sorted(groups.items()):
        gid, members = have.groups.get(name, (None, frozenset()))
        if gid is None:
            commands.append(["groupadd", "--gid", str(wanted["gid"]), name])
        elif gid != wanted["gid"]:
            commands.append(["groupmod", "--gid", str(wanted["gid"]), name])
        if members != frozenset(wanted["members"]):
            commands.append(["gpasswd", "--members", ",".join(sorted(wanted["members"])), name])
    return commands


def missing_homes(users: dict[str, int], homes: str | None) -> list[Path]:
    """Home directories to make."""
    return [Path(homes) / name for name in sorted(users) if not (Path(homes) / name).exists()] if homes else []


def make_home(home: Path, uid: int, gid: int, skeleton: Path) -> None:
    """Make a home directory whole or not at all."""
    fresh = home.with_name(f".{home.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    if skeleton.is_dir():
        shutil.copytree(skeleton, fresh, symlinks=True)
    else:
        fresh.mkdir(parents=True)
    for path in (fresh, *fresh.rglob("*")):
        os.chown(path, uid, gid, follow_symlinks=False)
    fresh.chmod(0o700)
    fresh.rename(home)


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "users": {"type": "dict", "default": {}},
            "groups": {"type": "dict", "default": {}},
            "primary_group": {"type": "str", "default": "users"},
            "homes": {"type": "path"},
            "shell": {"type": "str", "default": "/bin/bash"},
            "digest": {"type": "str"},
            "records": {"type": "path", "default": "/var/lib/twinstack"},
        },
        supports_check_mode=True,
    )
    try:
        settle(module)
    except (Failed, OSError, KeyError) as error:
        module.fail_json(msg=str(error))


def settle(module: AnsibleModule) -> None:
    """Bring users, groups and homes where they should be and exit with what was done."""
    wanted = module.params
    have = known(wanted["users"], wanted["groups"])
    commands = [
        *user_commands(wanted["users"], have, wanted["primary_group"], wanted["shell"]),
        *group_commands(wanted["groups"], have),
    ]
    homes = missing_homes(wanted["users"], wanted["homes"])
    renewed = is_renewed(Path(wanted["records"]), ROLE, wanted["digest"])
    if not module.check_mode:
        carry_out(module, commands, homes)
        remember(Path(wanted["records"]), ROLE, wanted["digest"])
    shown, made = [" ".join(command) for command in commands], [str(home) for home in homes]
    module.exit_json(changed=bool(shown or made) or renewed, commands=shown, homes_made=made)


def carry_out(module: AnsibleModule, commands: list[list[str]], homes: list[Path]) -> None:
    """Make accounts and groups, then homes."""
    for command in commands:
        run(module, command)
    for home in homes:
        gid = grp.getgrnam(module.params["primary_group"]).gr_gid
        home.parent.mkdir(parents=True, exist_ok=True)
        make_home(home, module.params["users"][home.name], gid, Path("/etc/skel"))


def run(module: AnsibleModule, command: list[str]) -> None:
    """Run a command that has to succeed."""
    code, out, err = module.run_command(command)
    if code:
        raise Failed(f"{' '.join(command)}: {(err or out).strip()}")


if __name__ == "__main__":
    main()
