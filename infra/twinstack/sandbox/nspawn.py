"""The command line of a host's machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twinstack.sandbox.command import Argv
from twinstack.sandbox.network import NAMESPACES

# Writable kernel interfaces: kubelets and service proxies set what they need, as on metal.
ENVIRONMENT = {"SYSTEMD_NSPAWN_API_VFS_WRITABLE": "yes", "SYSTEMD_NSPAWN_LOCK": "0"}
# Container runtimes use keyrings and bpf; a user-space NFS server opens files by their handles.
SYSTEM_CALLS = "@keyring bpf open_by_handle_at"


@dataclass(frozen=True, slots=True)
class Bind:
    """A directory or device of the machine, seen in a host."""

    source: Path
    target: str
    writable: bool = False

    @property
    def option(self) -> str:
        """The option that makes it."""
        return f"--bind{'' if self.writable else '-ro'}={self.source}:{self.target}"


def overlay(layers: tuple[str, ...], upper: Path, work: Path, merged: Path) -> Argv:
    """The command line that mounts a host's disk over its image."""
    options = f"lowerdir={':'.join(layers)},upperdir={upper},workdir={work}"
    return ("mount", "-t", "overlay", "twinstack", "-o", options, str(merged))


def machine(name: str, hostname: str, root: Path, binds: tuple[Bind, ...]) -> Argv:
    """The command line that runs a machine from `root`."""
    return (
        *("systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit"),
        *(f"--machine={name}", f"--hostname={hostname}", f"--directory={root}"),
        f"--network-namespace-path={NAMESPACES / name}",
        *("--console=read-only", "--link-journal=no", "--resolv-conf=off", "--timezone=off"),
        *("--capability=all", f"--system-call-filter={SYSTEM_CALLS}"),
        *(bind.option for bind in binds),
    )
