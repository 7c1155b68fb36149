"""Where a sandbox keeps its things and what they are called: paths, namespaces, control groups."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from twinstack.sandbox.command import SandboxError

NAME = re.compile(r"[a-z][a-z0-9]{0,11}")
RESERVED = frozenset({"sw", "op"})


def home() -> Path:
    """The directory of all sandboxes of this machine."""
    return Path(os.environ.get("TWINSTACK_HOME") or "/var/lib/twinstack")


def every_name(root: Path) -> tuple[str, ...]:
    """Names of the sandboxes that have a directory under `root`."""
    return tuple(sorted(path.name for path in (root / "sandboxes").glob("*") if path.is_dir()))


@dataclass(frozen=True, slots=True)
class HostPaths:
    """What one host keeps on the machine's disk."""

    root: Path

    @property
    def upper(self) -> Path:
        """What the host wrote over the image."""
        return self.root / "upper"

    @property
    def work(self) -> Path:
        """The overlay's scratch directory."""
        return self.root / "work"

    @property
    def merged(self) -> Path:
        """Where the host's root is mounted, in the host's own mount namespace only."""
        return self.root / "merged"

    @property
    def console(self) -> Path:
        """What the host printed to its console."""
        return self.root / "console.log"

    @property
    def volumes(self) -> Path:
        """Directories on the real file system, for what cannot live on an overlay."""
        return self.root / "volumes"


@dataclass(frozen=True, slots=True)
class Layout:
    """One sandbox: its directory, and the names of what it has in the kernel."""

    home: Path
    name: str

    @classmethod
    def of(cls, name: str, root: Path | None = None) -> Layout:
        """The layout of the sandbox `name`.

        Raises:
            SandboxError: the name cannot be part of names in the kernel.
        """
        if not NAME.fullmatch(name):
            raise SandboxError(f"'{name}' cannot name a sandbox (a letter, then up to 11 letters or digits, all small)")
        return cls(root or home(), name)

    @property
    def instance(self) -> Path:
        """The sandbox's directory."""
        return self.home / "sandboxes" / self.name

    @property
    def lock(self) -> Path:
        """Held while the sandbox is racked or unracked; beside the directory that unracking removes."""
        return self.home / "locks" / f"{self.name}.lock"

    @property
    def kept_settings(self) -> Path:
        """Kernel settings of the machine before its first sandbox."""
        return self.home / "settings.json"

    @property
    def record(self) -> Path:
        """What has been, or was about to be, made."""
        return self.instance / "record.json"

    @property
    def site(self) -> Path:
        """The inventory, fitted to this machine."""
        return self.instance / "site.yaml"

    @property
    def key(self) -> Path:
        """The operator's SSH key."""
        return self.instance / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        """The hosts' pinned keys."""
        return self.instance / "known_hosts"

    @property
    def names(self) -> Path:
        """The hosts' names and addresses: every host has this file as its /etc/hosts."""
        return self.instance / "names"

    @property
    def ssh_config(self) -> Path:
        """Settings for `ssh -F`."""
        return self.instance / "ssh_config"

    @property
    def ansible_inventory(self) -> Path:
        """The hosts for ad-hoc use of Ansible."""
        return self.instance / "ansible.yaml"

    @property
    def pulumi(self) -> Path:
        """Pulumi's home and state."""
        return self.instance / "pulumi"

    @property
    def passphrase(self) -> Path:
        """The passphrase of the sandbox's stack secrets."""
        return self.instance / "passphrase"

    @property
    def kubeconfig(self) -> Path:
        """Where the cluster's kubeconfig is put."""
        return self.instance / "kubeconfig"

    @property
    def prefix(self) -> str:
        """What every name in the kernel begins with; no other sandbox's prefix begins with it."""
        return f"ts-{self.name}-"

    @property
    def switch(self) -> str:
        """The network namespace of the bridge."""
        return f"{self.prefix}sw"

    @property
    def operator(self) -> str:
        """The network namespace that hosts are operated from."""
        return f"{self.prefix}op"

    def of_host(self, host: str) -> str:
        """The name of a host's network namespace, control group and nspawn machine."""
        return f"{self.prefix}{host}"

    def paths(self, host: str) -> HostPaths:
        """The host's directories."""
        return HostPaths(self.instance / "hosts" / host)
