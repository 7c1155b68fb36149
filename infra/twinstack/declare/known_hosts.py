"""Pinned SSH host keys, from a file in OpenSSH's format."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SSH_PORT = 22
HASHED = "|1|"


@dataclass(frozen=True)
class KnownHosts:
    """Pinned keys (`type base64`) by name, and those with hashed names; revoked keys and authorities are left out."""

    plain: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hashed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, path: Path | None) -> KnownHosts:
        """The file's entries; none where there is no file."""
        plain: dict[str, list[str]] = {}
        hashed: list[tuple[str, str]] = []
        for names, key in _entries(path.read_text() if path and path.exists() else ""):
            if names.startswith(HASHED):
                hashed.append((names, key))
            else:
                for name in names.split(","):
                    plain.setdefault(name, []).append(key)
        return cls(plain, tuple(hashed))

    def keys_of(self, *names: str, port: int = SSH_PORT) -> str:
        """The pinned keys of a host under any of its names, one a line, sorted."""
        wanted = [name if port == SSH_PORT else f"[{name}]:{port}" for name in names]
        found = {key for name in wanted for key in self.plain.get(name, ())}
        return "\n".join(
            sorted(found | {key for entry, key in self.hashed if any(_names(entry, name) for name in wanted)})
        )


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        words = line.split()
        if len(words) > 2 and not words[0].startswith(("#", "@")):  # noqa: PLR2004 - names, type, key
            yield words[0], f"{words[1]} {words[2]}"


def _names(entry: str, name: str) -> bool:
    """Whether a hashed entry (`|1|salt|hmac-sha1 of the name`) is the name's."""
    salt, digest = entry.removeprefix(HASHED).split("|")
    found = hmac.new(base64.b64decode(salt), name.encode(), hashlib.sha1)
    return hmac.compare_digest(base64.b64encode(found.digest()).decode(), digest)
