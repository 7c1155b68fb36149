"""Cluster: the Kubernetes cluster that a control-plane host has made, and the operator's access to it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Protocol

import yaml
from cryptography import x509

from twinstack.provider import ssh
from twinstack.provider.connection import Connection
from twinstack.provider.errors import ProviderError
from twinstack.provider.kubernetes_versions import refusal
from twinstack.provider.limits import Limits
from twinstack.provider.resources.base import Call, Difference, Resource, changed, state_change
from twinstack.provider.runner import new_folder
from twinstack.provider.values import UNKNOWN, Properties, mapping

ADMIN_CONFIG = "/etc/kubernetes/admin.conf"
IDENTITY = ("endpoint", "version", "controlPlane", "role")
SOON = timedelta(days=45)


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
    """Fetches the administrator's kubeconfig when the control plane is made or changed, and before it expires."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"kubeconfig"})
    CHECKED: ClassVar[bool] = True

    def __init__(self, reader: Reader, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._reader = reader
        self._clock = clock

    async def check(self, new: Properties, old: Properties) -> dict[str, str]:
        """Another version is one that may follow."""
        was, wanted = old.get("version"), new.get("version")
        wrong = refusal(str(was), str(wanted)) if was and wanted and was != wanted else None
        return {"version": wrong} if wrong else {}

    def diff(self, old: Properties, new: Properties) -> Difference:
        """Any change of the control plane may have made new certificates; time does so on its host, too."""
        paths = changed(old, new, *IDENTITY)
        if self._expires_soon(str(old.get("expires", ""))):
            paths["expires"] = state_change(old.get("expires"), "later")
        return Difference(paths)

    def _expires_soon(self, moment: str) -> bool:
        """Whether less than `SOON` is left; control planes renew their certificates before that."""
        return not moment or datetime.fromisoformat(moment) - self._clock() < SOON

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
            return {**new, "kubeconfig": UNKNOWN, "caHash": UNKNOWN, "expires": UNKNOWN}
        kubeconfig = await self._reader.read(Connection.of(mapping(new, "controlPlane")), ADMIN_CONFIG)
        return {**new, "kubeconfig": kubeconfig, "caHash": ca_hash(kubeconfig), "expires": expiry(kubeconfig)}


def ca_hash(kubeconfig: str) -> str:
    """The sha256 of the cluster's certificate authority, as in the kubeconfig."""
    return hashlib.sha256(_part(kubeconfig, "clusters", "cluster", "certificate-authority-data").encode()).hexdigest()


def expiry(kubeconfig: str) -> str:
    """When the administrator's certificate in the kubeconfig expires, in UTC (ISO 8601)."""
    certificate = base64.b64decode(_part(kubeconfig, "users", "user", "client-certificate-data"))
    try:
        return x509.load_pem_x509_certificate(certificate).not_valid_after_utc.isoformat()
    except ValueError as error:
        raise ProviderError(f"{ADMIN_CONFIG}: its certificate cannot be read: {error}") from error


def _part(kubeconfig: str, entries: str, entry: str, key: str) -> str:
    """A value of the first cluster or user of a kubeconfig."""
    try:
        return str(yaml.safe_load(kubeconfig)[entries][0][entry][key])
    except (yaml.YAMLError, TypeError, LookupError) as error:
        raise ProviderError(f"{ADMIN_CONFIG} is not a kubeconfig with certificates: no {key}") from error
