"""SSH keys: the operator's and the hosts', made before anything runs, so that every first contact is pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twinstack.sandbox.command import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address
    from pathlib import Path


def make(path: Path, comment: str) -> str:
    """Make a key pair at `path` unless it is there; returns the public half."""
    public = path.with_name(f"{path.name}.pub")
    if not public.exists():
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path))
    return public.read_text().strip()


def known_hosts(keys: Mapping[str, tuple[IPv4Address, str]]) -> str:
    """Text of a known_hosts file from address and public key of each host."""
    return "".join(f"{address},{name} {' '.join(key.split()[:2])}\n" for name, (address, key) in keys.items())
