"""Projects and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Project:
    """A tenant of both stacks; `quota` maps a Kubernetes resource to whole units or bytes (None: by share)."""

    name: str
    admins: tuple[str, ...]
    users: tuple[str, ...]
    share: int
    qos: tuple[str, ...]
    quota: Mapping[str, int] | None
    borrow: bool

    @property
    def members(self) -> tuple[str, ...]:
        """Administrators first, then users, each once."""
        return tuple(dict.fromkeys((*self.admins, *self.users)))


@dataclass(frozen=True, slots=True)
class User:
    """A person with the same uid on every host."""

    name: str
    uid: int
