"""What of a host's change disturbs the jobs and pods that run there: the applied manifest beside the wanted one.

`RoleSpec.drain` and `calm` say what may be changed under them. What was applied and is not known disturbs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from twinstack.provider.host_state import Drift, HostState
from twinstack.provider.store import Store

Manifest = Mapping[str, Any]
UNKNOWN = "what was applied is not known"


def disruption(old: HostState, new: HostState, roles: Iterable[str], store: Store) -> dict[str, tuple[str, ...]]:
    """What disturbs, by role; roles that may be applied under running jobs and pods are left out."""
    found = {role: tuple(_of_role(role, old, new, store)) for role in roles}
    return {role: parts for role, parts in found.items() if parts}


def _of_role(role: str, old: HostState, new: HostState, store: Store) -> Iterator[str]:
    wanted = _manifest(new.specs.get(role), store)
    if wanted is None:
        yield UNKNOWN
        return
    if role not in old.roles:
        yield from ["is not in place"] if wanted.get("drain") else []
        return
    applied = _manifest(old.specs.get(role), store)
    if applied is None:
        yield from [UNKNOWN] if disturbs_at_all(wanted) else []
        return
    parts = [*_changes(applied, wanted), *_own(role, old, new, wanted), *_drifted(old.drift.get(role), wanted)]
    yield from _disturbing(parts, applied, wanted)
    if not parts and role not in old.drift and old.specs[role] == new.specs[role] and disturbs_at_all(wanted):
        yield "was not applied to the end"


def _drifted(drift: Drift | None, wanted: Manifest) -> Iterator[str]:
    """Files to be mended; what stopped or went away is there for no job, and comes back under all."""
    subjects = {word.split()[0] for word in drift.found} if drift else set()
    yield from (file["dest"] for file in wanted["files"] if file["dest"] in subjects)


def disturbs_at_all(manifest: Manifest) -> bool:
    """Whether there is anything in a role whose change needs a drain."""
    return bool(manifest.get("drain")) or any(file.get("drain") for file in manifest["files"])


def _disturbing(parts: Sequence[str], applied: Manifest, wanted: Manifest) -> Iterator[str]:
    """Those of the changed parts that disturb."""
    files = {**_by(applied, "files", "dest"), **_by(wanted, "files", "dest")}
    drain, calm = bool(wanted.get("drain")), frozenset(wanted.get("calm", ()))
    for part in dict.fromkeys(parts):
        if part in files:
            yield from [part] if _file_disturbs(files[part], drain=drain) else []
        elif drain and part not in calm:
            yield part


def _file_disturbs(file: Mapping[str, Any], *, drain: bool) -> bool:
    said = file.get("drain")
    return bool(said) if said is not None else drain and bool(file["restarts"])


def _changes(applied: Manifest, wanted: Manifest) -> Iterator[str]:
    """Names of packages, units, parameters and files that differ; a new unit disturbs nothing that is there."""
    yield from sorted({*applied["packages"]} ^ {*wanted["packages"]})
    was, units = _by(applied, "units", "name"), _by(wanted, "units", "name")
    yield from (name for name in was if was[name] != units.get(name))
    yield from _differing(applied["params"], wanted["params"])
    yield from _differing(_files(applied), _files(wanted))


def _files(manifest: Manifest) -> dict[str, Mapping[str, Any]]:
    """Files without the advice on drains, which may change while they do not."""
    files = _by(manifest, "files", "dest")
    return {dest: {key: value for key, value in file.items() if key != "drain"} for dest, file in files.items()}


def _own(role: str, old: HostState, new: HostState, manifest: Manifest) -> Iterator[str]:
    """Files and parameters of this host alone that differ, and the files that a changed secret is in."""
    yield from _differing(_own_files(role, old), _own_files(role, new))
    yield from _differing(old.own.get(role, {}), new.own.get(role, {}))
    secrets = _differing(old.secrets.get(role, {}), new.secrets.get(role, {}))
    yield from (file["dest"] for file in manifest["files"] if file.get("secret") in secrets)


def _own_files(role: str, host: HostState) -> dict[str, str]:
    mark = f"{role}:"
    return {key.removeprefix(mark): text for key, text in host.own_files.items() if key.startswith(mark)}


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    return sorted(key for key in {**old, **new} if old.get(key) != new.get(key))


def _by(manifest: Manifest, part: str, key: str) -> dict[str, Mapping[str, Any]]:
    return {item[key]: item for item in manifest[part]}


def _manifest(digest: str | None, store: Store) -> Manifest | None:
    found = store.text(digest) if digest else None
    return json.loads(found) if found is not None else None
