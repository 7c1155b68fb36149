"""Slurm's accounting database by sacctmgr: questions, changes, and how settings compare."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Entity = Mapping[str, Any]
Ask = Callable[..., str]
NO_LIMIT = "-1"
QOS_FIELDS = ("name", "description", "priority", "preempt", "maxjobsperuser")
ACCOUNT_FIELDS = ("account", "description", "organization")
ASSOCIATION_FIELDS = ("account", "user", "fairshare", "qos", "defaultqos")


class RefusedError(Exception):
    """Something that sacctmgr would not do; what it said."""


def sacctmgr(*words: str) -> str:
    """What sacctmgr answers, without asking back.

    Raises:
        RefusedError: it ended with an error.
    """
    done = subprocess.run(["sacctmgr", "--immediate", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).replace("\n", " ")
        raise RefusedError(f"sacctmgr {' '.join(words)}: {said or f'ended with {done.returncode}'}")
    return done.stdout


@dataclass(frozen=True)
class Database:
    """sacctmgr by rows and settings."""

    ask: Ask

    def rows(self, what: str, fields: Sequence[str], *where: str) -> list[dict[str, str]]:
        """What it lists, each row by field."""
        listing = self.ask("--noheader", "--parsable2", "list", what, *where, f"format={','.join(fields)}")
        return [dict(zip(fields, line.split("|"), strict=True)) for line in listing.splitlines()]

    def add(self, what: str, **settings: str) -> None:
        """Add an object."""
        self.ask("add", what, *_words(settings))

    def modify(self, what: str, where: Mapping[str, str], settings: Mapping[str, str]) -> None:
        """Change settings of one object."""
        self.ask("modify", what, "where", *_words(where), "set", *_words(settings))

    def delete(self, what: str, **where: str) -> None:
        """Delete one object."""
        self.ask("delete", what, "where", *_words(where))


def _words(settings: Mapping[str, str]) -> Iterator[str]:
    return (f"{key}={value}" for key, value in settings.items())


def differing(wanted: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """The settings that are not as wanted; lists are compared without order, and sacctmgr keeps small letters only."""
    return {key: value for key, value in wanted.items() if _comparable(value) != _comparable(found.get(key, ""))}


def _comparable(value: str) -> frozenset[str]:
    return frozenset(part for part in value.lower().split(",") if part not in {"", NO_LIMIT})


def qos_settings(entity: Entity) -> dict[str, str]:
    """What a QOS is to have, in sacctmgr's words."""
    limit = entity.get("maxJobsPerUser")
    return {
        "description": entity["description"],
        "priority": str(entity["priority"]),
        "preempt": ",".join(entity.get("preempt") or ()),
        "maxjobsperuser": NO_LIMIT if limit is None else str(limit),
    }


def account_settings(entity: Entity) -> dict[str, str]:
    """What an account's own association is to have, in sacctmgr's words."""
    shares = {"fairshare": str(entity["fairshare"])}
    if not entity.get("qos"):
        return shares
    return {**shares, "qos": ",".join(entity["qos"]), "defaultqos": entity.get("defaultQos") or ""}
