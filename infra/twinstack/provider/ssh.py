"""OpenSSH settings of one run: only pinned keys, only the hosts of the run, one connection a host kept for a while."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from twinstack.provider.connection import Connection
from twinstack.provider.limits import CONNECT

PERSIST = 300
"""Seconds that an unused connection is kept: a host often waits for others between two of its tasks."""
ALIVE_EVERY, ALIVE_TIMES = 10, 3


@dataclass(frozen=True, slots=True)
class SshFiles:
    """Where a run's client configuration and pinned keys lie."""

    config: Path
    known_hosts: Path


def write(folder: Path, hosts: Iterable[Connection], key_file: Path | None, connect: int = CONNECT) -> SshFiles:
    """Write the files for these hosts and the hosts that they are reached through."""
    files = SshFiles(folder / "ssh_config", folder / "known_hosts")
    all_hosts = tuple(with_jumps(hosts))
    files.known_hosts.write_text("".join(known_hosts(all_hosts)))
    lines = config(all_hosts, files.known_hosts, key_file, control_folder(folder), connect)
    files.config.write_text("\n".join(lines) + "\n")
    return files


def write_meeting(folder: Path, host: Connection, key_file: Path | None, connect: int = CONNECT) -> tuple[Path, Path]:
    """Write the configuration for meeting a host for the first time; where it is, and where ssh puts the host's key."""
    files, learned = write(folder, (host,), key_file, connect), folder / "learned"
    first = (
        f"Host {host.name}",
        f'  UserKnownHostsFile "{learned}"',
        "  StrictHostKeyChecking accept-new",
        "  HashKnownHosts no",
        "  ControlMaster no",
        "  ControlPath none",
    )
    files.config.write_text("\n".join(first) + "\n" + files.config.read_text())
    return files.config, learned


async def open_jumps(config: Path, hosts: Iterable[Connection]) -> None:
    """Open the connection to each host that others are reached through, before many ask for it at the same time.

    Each would open one of its own, more than a server takes at once (sshd_config(5), MaxStartups). One that cannot be
    opened is told by the hosts behind it.
    """
    for name in sorted({host.jump.name for host in hosts if host.jump}):
        await _quietly("ssh", "-F", str(config), name, "true")


async def _quietly(*argv: str) -> int:
    nothing = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(*argv, stdin=nothing, stdout=nothing, stderr=nothing)
    return await child.wait()


def learned_keys(text: str) -> Iterator[str]:
    """The keys in a known_hosts file, as `type base64`."""
    for line in text.splitlines():
        yield " ".join(line.split()[1:3])


def with_jumps(hosts: Iterable[Connection]) -> Iterator[Connection]:
    """The hosts and every host on the way to them, each name once."""
    seen: set[str] = set()
    for host in hosts:
        step: Connection | None = host
        while step is not None and step.name not in seen:
            seen.add(step.name)
            yield step
            step = step.jump


def known_hosts(hosts: Iterable[Connection]) -> Iterator[str]:
    """The pinned keys, under the hosts' names (see HostKeyAlias)."""
    for host in hosts:
        for key in sorted(host.keys):
            yield f"{host.name} {key}\n"


def config(
    hosts: Iterable[Connection], known: Path, key_file: Path | None, control: Path, connect: int = CONNECT
) -> Iterator[str]:
    """Lines of an OpenSSH client configuration."""
    for host in hosts:
        yield from _entry(host, control)
    yield from (
        "Host *",
        f'  UserKnownHostsFile "{known}"',
        "  GlobalKnownHostsFile /dev/null",
        "  StrictHostKeyChecking yes",
        "  UpdateHostKeys no",
        "  BatchMode yes",
        f"  ConnectTimeout {connect}",
        "  ConnectionAttempts 1",
        f"  ServerAliveInterval {ALIVE_EVERY}",
        f"  ServerAliveCountMax {ALIVE_TIMES}",
        "  ControlMaster auto",
        f"  ControlPersist {PERSIST}",
        "  LogLevel ERROR",
    )
    if key_file:
        yield from (f'  IdentityFile "{key_file}"', "  IdentitiesOnly yes")


def _entry(host: Connection, control: Path) -> Iterator[str]:
    yield f"Host {host.name}"
    yield f"  HostName {host.address}"
    yield f"  HostKeyAlias {host.name}"
    yield f"  Port {host.port}"
    yield f"  User {host.user}"
    yield f'  ControlPath "{control / _short(repr(host))}"'
    if host.jump:
        yield f"  ProxyJump {host.jump.name}"


def control_folder(folder: Path) -> Path:
    """A short path (sockets allow some 100 characters) for this user's and this state's shared connections.

    Sites on one machine may use the same addresses in networks of their own, so they must not share sockets.
    """
    root = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    path = root / f"twinstack-{os.getuid()}-{_short(str(folder.parent))}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else")
    return path


def _short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]
