"""Reach hosts over one multiplexed SSH connection each, with pinned keys, through testinfra."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import testinfra

from twinstack.conformance.model import Answer
from twinstack.declare.known_hosts import SSH_PORT, KnownHosts
from twinstack.inventory.model import Access, Host, Site

if TYPE_CHECKING:
    from collections.abc import Iterator


def write(site: Site, folder: Path) -> Path:
    """Write an OpenSSH client configuration and the pinned keys into a folder, where shared connections lie, too."""
    known, config, pins = KnownHosts.read(site.access.host_keys), folder / "ssh_config", folder / "known_hosts"
    pins.write_text("".join(line for host in site.hosts.values() for line in pinned(host, site.access, known)))
    config.write_text(ssh_config(site, known, folder))
    return config


def pinned(host: Host, access: Access, known: KnownHosts) -> Iterator[str]:
    """The pinned keys of a host under its name, whether the operator's file has them by name or by address."""
    for key in known.keys_of(host.name, str(host.address), port=access.port).splitlines():
        yield f"{host.name} {key}\n"


def ssh_config(site: Site, known: KnownHosts, folder: Path) -> str:
    """Text of an OpenSSH client configuration for the site's hosts; the first value that it names is the one taken."""
    hosts = (line for host in site.hosts.values() for line in entry(host, site.access, known))
    return "\n".join((*hosts, *common(site.access, known, folder))) + "\n"


def entry(host: Host, access: Access, known: KnownHosts) -> Iterator[str]:
    """One host; the one that others are reached through is reached directly."""
    yield from (f"Host {host.name}", f"  HostName {host.address}", f"  HostKeyAlias {host.name}")
    yield f"  Port {access.port}"
    if access.jump not in {None, host.name}:
        yield f"  ProxyJump {access.jump}"
    yield f"  StrictHostKeyChecking {checking(access, any(pinned(host, access, known)))}"


def checking(access: Access, is_pinned: bool) -> str:  # noqa: FBT001
    """How strict to be with a host's key.

    One that was trusted on first use is pinned in the stack's state: here it is met anew, and kept while checks run.
    """
    return "accept-new" if access.accept_new and not is_pinned else "yes"


def common(access: Access, known: KnownHosts, folder: Path) -> Iterator[str]:
    """Settings of every host, a jump host outside the site among them: pinned keys only, no questions."""
    address, _, port = (access.jump or "").rpartition("@")[2].partition(":")
    pins = (folder / "known_hosts", *((access.host_keys,) if access.host_keys else ()))
    yield from ("Host *", f"  User {access.user}", "  BatchMode yes", "  ConnectTimeout 10", "  LogLevel ERROR")
    yield from ("  ControlMaster auto", f"  ControlPath {folder}/%C", "  ControlPersist 60")
    yield from (f"  UserKnownHostsFile {' '.join(map(quoted, pins))}", "  GlobalKnownHostsFile /dev/null")
    yield f"  StrictHostKeyChecking {checking(access, bool(known.keys_of(address, port=int(port or SSH_PORT))))}"
    yield from ("  UpdateHostKeys no", "  HashKnownHosts no")
    if access.ssh_key_file:
        yield from (f"  IdentityFile {quoted(access.ssh_key_file)}", "  IdentitiesOnly yes")


def quoted(path: Path) -> str:
    """A path as OpenSSH's configuration takes it, spaces and all."""
    return f'"{path}"'


@dataclass(frozen=True)
class SshShell:
    """Runs commands on one host through testinfra, as root."""

    backend: Any

    @classmethod
    def to(cls, site: Site, host: str, config: Path) -> SshShell:
        """A shell on a host of the site."""
        sudo = site.access.user != "root"
        return cls(testinfra.get_host(f"ssh://{host}", ssh_config=str(config), sudo=sudo))

    def run(self, *argv: str) -> Answer:
        """Run one command; its words are quoted."""
        result = self.backend.run(" ".join(["%s"] * len(argv)), *argv)
        return Answer(result.rc, result.stdout, result.stderr)
