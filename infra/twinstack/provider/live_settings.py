"""Kernel settings that the files of a host's roles come to, and the role that answers for each.

They are read out of the placed texts, so that they are known of what is in place, whichever version has placed it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache

from twinstack.provider.host_state import HostState
from twinstack.provider.store import Store

SYSCTL, TMPFILES = "/etc/sysctl.d/", "/etc/tmpfiles.d/"
FIELDS = 7
"""Fields of a line of tmpfiles.d(5) that writes a value: `w PATH - - - - VALUE`."""


def live_settings(host: HostState, store: Store) -> dict[str, dict[str, str]]:
    """By role the settings that hold on a host: of several files that name one, the last by name wins (sysctl.d(5)).

    A role of which this machine does not know the manifest is left out.
    """
    holds: dict[str, tuple[str, str]] = {}
    for _, dest, role, text in sorted(_texts(host, store)):
        holds |= {setting: (role, value) for setting, value in settings_of(dest, text)}
    found: dict[str, dict[str, str]] = {}
    for setting, (role, value) in holds.items():
        found.setdefault(role, {})[setting] = value
    return found


def settings_of(dest: str, text: str) -> Iterator[tuple[str, str]]:
    """The settings of one file: by name of sysctl.d(5), by path (or pattern of paths) of tmpfiles.d(5)."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and line.lstrip()[0] not in "#;"]
    if dest.startswith(SYSCTL):
        yield from ((name.strip().removeprefix("-"), value.strip()) for name, _, value in map(_halves, lines))
        return
    written = (line.split(maxsplit=FIELDS - 1) for line in lines)
    yield from ((fields[1], fields[-1]) for fields in written if fields[0] == "w" and len(fields) == FIELDS)


def _halves(line: str) -> tuple[str, str, str]:
    return line.partition("=")


def _texts(host: HostState, store: Store) -> Iterator[tuple[str, str, str, str]]:
    """Files of settings that a host's roles place: name (they are read in its order), place, role and text."""
    for role, spec in host.specs.items():
        for dest, digest in _files(store.text(spec) or ""):
            text = store.text(digest) if digest else host.own_files.get(f"{role}:{dest}")
            if text is not None:
                yield dest.rpartition("/")[2], dest, role, text


@lru_cache(maxsize=4096)
def _files(manifest: str) -> tuple[tuple[str, str], ...]:
    """The files of settings in a manifest, each with the digest of its text (empty: a host's own)."""
    files: list[Mapping[str, str]] = json.loads(manifest)["files"] if manifest else []
    placed = [file for file in files if file["dest"].startswith((SYSCTL, TMPFILES)) and not file["secret"]]
    return tuple((file["dest"], file["digest"] or "") for file in placed)
