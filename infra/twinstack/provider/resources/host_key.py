"""HostKey: the SSH key that a host showed when it was met for the first time, pinned in state from then on."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Protocol

from twinstack.provider import ssh
from twinstack.provider.connection import Connection
from twinstack.provider.engine_log import Log
from twinstack.provider.errors import ProviderError
from twinstack.provider.limits import Limits
from twinstack.provider.resources.base import Call, Difference, Resource, changed, state_change
from twinstack.provider.runner import new_folder
from twinstack.provider.values import UNKNOWN, Properties, flag, text

AT_ONCE = 50


class Meeting(Protocol):
    """Meets a host for the first time."""

    async def key_of(self, host: Connection) -> str:
        """The key that it shows (`type base64`).

        Raises:
            ProviderError: it shows none.
        """


class SshMeeting:
    """Meets hosts by ssh, through their jump hosts, of which pinned keys only are accepted."""

    def __init__(self, runs: Path, key_file: Path | None, limits: Limits) -> None:
        self._runs = runs
        self._key_file = key_file
        self._limits = limits
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._one = asyncio.Lock()

    async def key_of(self, host: Connection) -> str:
        """The key that it shows; ssh itself writes it down, as it does for its users."""
        async with self._turns:
            folder = new_folder(self._runs)
            config, learned = ssh.write_meeting(folder, host, self._key_file, self._limits.connect)
            async with self._one:
                await ssh.open_jumps(config, (host,))
            said = await _said("ssh", "-F", str(config), host.name, "true")
            keys = list(ssh.learned_keys(learned.read_text())) if learned.exists() else []
        if not keys:
            raise ProviderError(f"host {host.name}: showed no SSH host key: {said or 'it did not answer'}")
        return "\n".join(sorted(keys))


async def _said(*argv: str) -> str:
    """Run a program to its end; what it said to its error output."""
    child = await asyncio.create_subprocess_exec(
        *argv, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    return (await child.communicate())[1].decode(errors="replace").strip()


def fingerprint(key: str) -> str:
    """A key as `ssh-keygen -l` shows it."""
    kind, _, blob = key.partition(" ")
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(blob)).digest()).decode().rstrip("=")
    return f"{kind} SHA256:{digest}"


class HostKeyResource(Resource):
    """Trust on first use, where the inventory asks for it: the first key is kept, whatever the host shows later.

    A host that does not answer is no failure here, for all hosts wait for their keys: it is asked again next time.
    """

    def __init__(self, meeting: Meeting, log: Log) -> None:
        self._meeting = meeting
        self._log = log

    def diff(self, old: Properties, new: Properties) -> Difference:
        """Another host is another key; one that could not be learned is asked for again."""
        if old.get("name") != new.get("name"):
            return Difference(changed(old, new, "name"), ("name",))
        missing = not text(old, "key") and flag(new, "contact")
        return Difference({"key": state_change(None, UNKNOWN)} if missing else {})

    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        """Meet the host."""
        return call.name, await self._met(call, new)

    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        """Meet it now, if that has not worked before."""
        known = text(old, "key")
        return {**new, "key": known} if known else await self._met(call, new)

    async def delete(self, call: Call, old: Properties) -> None:
        """Forget the key."""

    async def _met(self, call: Call, new: Properties) -> Properties:
        if call.preview:
            return {**new, "key": UNKNOWN}
        return {**new, "key": await self._learned(call, new) if flag(new, "contact") else ""}

    async def _learned(self, call: Call, new: Properties) -> str:
        host = Connection.of(new)
        if host.jump and not host.jump.keys:
            self._log.warning(call.urn, f"host {host.name}: not met, for no key of its jump host is pinned")
            return ""
        try:
            keys = await self._meeting.key_of(host)
        except ProviderError as error:
            self._log.warning(call.urn, str(error))
            return ""
        shown = ", ".join(fingerprint(key) for key in keys.splitlines())
        self._log.warning(call.urn, f"host {host.name}: trusted on first use, pinned from now on: {shown}")
        return keys
