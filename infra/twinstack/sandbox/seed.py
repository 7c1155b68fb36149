"""What an installer leaves on a host's disk before its first boot: its name and its keys."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A file and its permissions."""

    text: str
    mode: int = 0o644


def files(hostname: str, gateway: str, host_key: tuple[str, str], controllers: tuple[Path, ...]) -> dict[str, SeedFile]:
    """The files by path.

    Args:
        hostname: the host's name.
        gateway: named as name server, since programs want one; it refuses at once.
        host_key: private and public half of the host's key.
        controllers: the old control group hierarchies, which are made writable before anything else runs.
    """
    private, public = host_key
    return {
        "/etc/hostname": SeedFile(f"{hostname}\n"),
        "/etc/machine-id": SeedFile(f"{uuid.uuid4().hex}\n", 0o444),
        "/etc/resolv.conf": SeedFile(f"nameserver {gateway}\noptions timeout:1 attempts:1\n"),
        HOST_KEY: SeedFile(private, 0o600),
        f"{HOST_KEY}.pub": SeedFile(f"{public}\n"),
        # Empty is masked: a host that shuts down would clear the machine's binary formats (systemd-shutdown).
        "/etc/systemd/system/proc-sys-fs-binfmt_misc.automount": SeedFile(""),
        "/etc/systemd/system/writable-cgroups.service": SeedFile(writable_groups(controllers)),
    }


def writable_groups(controllers: tuple[Path, ...]) -> str:
    """A unit that makes old hierarchies writable, as they are on metal; a host's own part is all that it sees."""
    remounts = "".join(f"ExecStart=mount -o remount,rw,bind {path}\n" for path in controllers)
    return (
        "[Unit]\nDescription=Writable control groups\nDefaultDependencies=no\nBefore=sysinit.target\n\n"
        f"[Service]\nType=oneshot\nRemainAfterExit=yes\n{remounts or 'ExecStart=true'}\n\n"
        "[Install]\nWantedBy=sysinit.target\n"
    )


def write(upper: Path, contents: Mapping[str, SeedFile]) -> None:
    """Write the files into a host's disk, which must not be mounted."""
    for path, file in contents.items():
        target = upper / path.lstrip("/")
        _make_directories(upper, target.parent)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, file.mode), "w") as stream:
            os.fchmod(stream.fileno(), file.mode)
            stream.write(file.text)


def _make_directories(upper: Path, directory: Path) -> None:
    """Make directories with the modes they have in the image, which they hide, whatever the caller's umask is."""
    for path in (*reversed(directory.relative_to(upper).parents), directory.relative_to(upper)):
        (upper / path).mkdir(exist_ok=True)
        (upper / path).chmod(0o700 if path.parts[:1] == ("root",) else 0o755)
