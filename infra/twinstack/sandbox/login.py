"""The account by which the operator reaches the hosts: root, or an ordinary user with sudo."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.seed import SeedFile

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = "root"
NUMBER = 1000
"""Of the account and of its group: the first that Debian gives to people."""


def files(user: str, authorized: str, layers: Iterable[str]) -> dict[str, SeedFile]:
    """What a host's disk gets, by path, so that the operator's public key lets `user` in, and nobody else.

    The account has no password that could match (passwd(5)), so it needs none to become root. `layers` are the image's.

    Raises:
        SandboxError: the image has an account or a group of that name.
    """
    if user == ROOT:
        return {"/root/.ssh/authorized_keys": SeedFile(f"{authorized}\n", 0o600)}
    images = tuple(Path(layer) for layer in layers)
    account = f"{user}:*:{NUMBER}:{NUMBER}:operator:{home(user)}:/bin/bash\n"
    return {
        "/etc/passwd": SeedFile(_with(account, images, "etc/passwd")),
        "/etc/group": SeedFile(_with(f"{user}:x:{NUMBER}:\n", images, "etc/group")),
        "/etc/sudoers.d/operator": SeedFile(f"{user} ALL=(ALL) NOPASSWD: ALL\n", 0o440),
        "/etc/tmpfiles.d/operator.conf": SeedFile(_owned(user, authorized)),
    }


def home(user: str) -> str:
    """The account's home, out of the way of mounts at /home, which would hide its keys."""
    return f"/var/lib/{user}"


def as_root(user: str, command: str) -> str:
    """A shell's command, run as root by whoever logs in as `user`."""
    return command if user == ROOT else f"sudo -n sh -c {shlex.quote(command)}"


def _owned(user: str, authorized: str) -> str:
    """What the first boot makes and gives to the account (tmpfiles.d(5))."""
    keys = f"{home(user)}/.ssh"
    return (
        f"d {home(user)} 0750 {user} {user}\n"
        f"d {keys} 0700 {user} {user}\n"
        f"f {keys}/authorized_keys 0600 {user} {user} - {authorized}\n"
    )


def _with(entry: str, layers: tuple[Path, ...], path: str) -> str:
    """A file of names as hosts would see it, the topmost layer's, with one entry more."""
    text = next(layer / path for layer in layers if (layer / path).exists()).read_text()
    name = entry.partition(":")[0]
    if name in {line.partition(":")[0] for line in text.splitlines()}:
        raise SandboxError(f"'{name}' is in the image's /{path}: let the inventory's `access` name another user")
    return text + entry
