"""Cluster: the Kubernetes cluster that a control-plane host has made, and the operator's access to it."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import ClassVar, Protocol

import yaml

from twinstack.provider import ssh
from twinstack.provider.connection import Connection
from twinstack.provider.errors import ProviderError
from twinstack.provider.limits import Limits
from twinstack.provider.resources.base import Call, Difference, Resource, changed
from twinstack.provider.runner import new_folder
from twinstack.provider.values import UNKNOWN, Properties, mapping

ADMIN_CONFIG = "/etc/kubernetes/admin.conf"
IDENTITY = ("endpoint", "version", "controlPlane", "role")


class Reader(Protocol):
    """Reads a file of a host."""

    async def read(self, host: Connection, path: str) -> str:
        """The file's text; it is a secret and must not be kept anywhere."""


class SshReader:
    """Reads through ssh with the same pinned keys as Ansible's runs; the text passes through a pipe only."""

    def __init__(self, runs: Path, key_file: Path | None, limits: Limits | None = None) -> None:
        self._runs = runs
        self._key_file = key_file
        self._limits = limits or Limits()

    async def read(self, host: Connection, path: str) -> str:
        """The file's text, as root."""
        files = ssh.write(new_folder(self._runs), (host,), self._key_file, self._limits.connect)
        words = ["cat", path] if host.user == "root" else ["sudo", "-n", "cat", path]
        child = await asyncio.create_subprocess_exec(
            "ssh",
            "-F",
            str(files.config),
            host.name,
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await child.communicate()
        if child.returncode:
            raise ProviderError(f"host {host.name}: cannot read {path}: {err.decode(errors='replace').strip()}")
        return out.decode()


class ClusterResource(Resource):
    """Fetches the administrator's kubeconfig when the control plane is made or changed."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"kubeconfig"})

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def diff(self, old: Properties, new: Properties) -> Difference:
        """Any change of the control plane may have made new certificates."""
        return Difference(changed(old, new, *IDENTITY))

    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        """Fetch the kubeconfig."""
        return call.name, await self._fetched(call, new)

    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        """Fetch it again."""
        del old
        return await self._fetched(call, new)

    async def delete(self, call: Call, old: Properties) -> None:
        """Forget it: the cluster goes with its hosts."""

    async def _fetched(self, call: Call, new: Properties) -> Properties:
        if call.preview:
            return {**new, "kubeconfig": UNKNOWN, "caHash": UNKNOWN}
        kubeconfig = await self._reader.read(Connection.of(mapping(new, "controlPlane")), ADMIN_CONFIG)
        return {**new, "kubeconfig": kubeconfig, "caHash": ca_hash(kubeconfig)}


def ca_hash(kubeconfig: str) -> str:
    """The sha256 of the cluster's certificate authority, as in the kubeconfig."""
    try:
        clusters = yaml.safe_load(kubeconfig)["clusters"]
        authority = str(clusters[0]["cluster"]["certificate-authority-data"])
    except (yaml.YAMLError, TypeError, LookupError) as error:
        raise ProviderError(f"{ADMIN_CONFIG} is not a kubeconfig with a certificate authority") from error
    return hashlib.sha256(authority.encode()).hexdigest()
