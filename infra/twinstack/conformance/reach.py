"""Reach hosts over one multiplexed SSH connection each, with pinned keys, through testinfra."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import testinfra

from twinstack.conformance.model import Answer
from twinstack.inventory.model import Host, Site

if TYPE_CHECKING:
    from collections.abc import Iterator


def ssh_config(site: Site, control: Path) -> str:
    """Text of an OpenSSH client configuration for the site's hosts; `control` holds the shared connections' sockets."""
    return "\n".join((*common(site, control), *(line for host in site.hosts.values() for line in entry(host)))) + "\n"


def common(site: Site, control: Path) -> Iterator[str]:
    """Settings of every host: pinned keys only, no questions, one connection kept for a minute."""
    yield from (
        "Host *",
        f"  User {site.access.user}",
        f"  Port {site.access.port}",
        "  BatchMode yes",
        "  ConnectTimeout 10",
    )
    yield from ("  ControlMaster auto", f"  ControlPath {control}/%C", "  ControlPersist 60", "  LogLevel ERROR")
    if site.access.host_keys:
        yield from ("  StrictHostKeyChecking yes", f"  UserKnownHostsFile {site.access.host_keys}")
    if site.access.ssh_key_file:
        yield from (f"  IdentityFile {site.access.ssh_key_file}", "  IdentitiesOnly yes")
    if site.access.jump:
        yield f"  ProxyJump {site.access.jump}"


def entry(host: Host) -> tuple[str, str, str]:
    """A host's name to its address; pinned keys are by address."""
    return (f"Host {host.name}", f"  HostName {host.address}", f"  HostKeyAlias {host.address}")


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
