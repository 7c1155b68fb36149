"""Why a role of a host changes, in words: what differs between the manifests that were applied and are wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twinstack.provider.host_state import HostState, leaving
from twinstack.provider.store import Store

Manifest = Mapping[str, Any]


def reasons(old: HostState, new: HostState, roles: Sequence[str], store: Store) -> list[str]:
    """One line a role that will be applied."""
    if not new.connection.is_same_machine(old.connection):
        return [f"host {new.name}: its host key is another: all {len(roles)} roles, as on a new machine"]
    return [f"host {new.name}: role {role}: {', '.join(_of_role(role, old, new, store))}" for role in roles]


def _of_role(role: str, old: HostState, new: HostState, store: Store) -> Iterator[str]:
    if role not in old.specs or role not in new.specs:
        yield "is new here"
        return
    gone = leaving(old, new).get(role, ())
    found = [
        *_of_manifests(_manifest(old.specs[role], store), _manifest(new.specs[role], store), gone),
        *(f"{unit} (stopped, disabled)" for unit in gone),
        *_of_own(role, old, new),
        *(old.drift[role].found if role in old.drift else ()),
    ]
    yield from found or ["was not applied to the end"]


def _manifest(digest: str, store: Store) -> Manifest | None:
    found = store.text(digest)
    return json.loads(found) if found is not None else None


def _of_manifests(old: Manifest | None, new: Manifest | None, gone: Sequence[str]) -> Iterator[str]:
    """What differs between two manifests but for the units that are gone, which are told by name."""
    if old is None or new is None:
        yield "its manifest (this machine does not know the one applied)"
        return
    was, wanted = _files(old), _files(new)
    for dest in sorted({**was, **wanted}):
        if was.get(dest) != wanted.get(dest):
            yield f"{dest}{_effect(wanted.get(dest))}"
    yield from (part for part in ("packages", "directories") if old[part] != new[part])
    if [unit for unit in old["units"] if unit["name"] not in gone] != new["units"]:
        yield "units"
    if old["params"] != new["params"]:
        yield "params"


def _files(manifest: Manifest) -> dict[str, Mapping[str, Any]]:
    return {file["dest"]: file for file in manifest["files"]}


def _effect(file: Mapping[str, Any] | None) -> str:
    if file is None:
        return " (removed)"
    units = [*(f"restarts {unit}" for unit in file["restarts"]), *(f"reloads {unit}" for unit in file["reloads"])]
    return f" ({', '.join(units)})" if units else ""


def _of_own(role: str, old: HostState, new: HostState) -> Iterator[str]:
    """What is this host's own."""
    for key in sorted({**old.own_files, **new.own_files}):
        if key.startswith(f"{role}:") and old.own_files.get(key) != new.own_files.get(key):
            yield key.removeprefix(f"{role}:")
    if old.own.get(role, {}) != new.own.get(role, {}):
        yield "parameters of this host"
    for name in {**old.secrets.get(role, {}), **new.secrets.get(role, {})}:
        if old.secrets.get(role, {}).get(name) != new.secrets.get(role, {}).get(name):
            yield f"secret {name}"
