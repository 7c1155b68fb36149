"""How a host differs from what its roles placed and started, in words; nothing is changed."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.twinstack_installed import DPKG, lacks, missing_by_rpm, versions_by_dpkg
from ansible.module_utils.twinstack_live import differences, record_of
from ansible.module_utils.twinstack_observers import OBSERVERS
from ansible.module_utils.twinstack_placing import attributes_of, has_attributes, recorded
from ansible.module_utils.twinstack_systemd import State, parse, show

RECORDS = Path("/var/lib/twinstack")
SHOWN_BYTES = 65536
"""A changed file that is longer is not shown, only named."""


class Host(NamedTuple):
    """What is asked once for all roles of a host: versions of packages and states of units, by name."""

    packages: dict[str, str] | None
    units: dict[str, State]


def ask(roles: dict[str, Any]) -> Host:
    """Ask dpkg and systemd once for all roles; without dpkg packages are None and rpm is asked by role."""
    packages = [name for role in roles.values() for name in role["packages"]]
    names = sorted({unit["name"] for role in roles.values() for unit in role["units"]})
    return Host(versions_by_dpkg(packages) if DPKG.exists() else None, states_of(names))


def states_of(names: list[str]) -> dict[str, State]:
    """The states of units by name."""
    if not names:
        return {}
    shown = subprocess.run(show(names), capture_output=True, text=True, check=True).stdout
    return dict(zip(names, parse(shown)))  # noqa: B905 (hosts run Python 3.9, too)


def findings(name: str, role: dict[str, Any], host: Host) -> list[str]:
    """All that is not as a role left it."""
    found = [*packages(role["packages"], host), *directories(role["directories"]), *files(role["files"])]
    found += units(role["units"], host.units)
    found += owed(recorded(RECORDS / f"{name}.pending.json"))
    found += differences(role["settings"], record_of(RECORDS, name))
    observe: Callable[[dict[str, Any]], Iterator[str]] | None = OBSERVERS.get(name)
    return [*found, *(observe(role["params"]) if observe else ())]


def packages(wanted: list[str], host: Host) -> Iterator[str]:
    """Packages that are gone or of another version."""
    if host.packages is None:
        yield from (f"package {package} removed" for package in missing_by_rpm(wanted))
        return
    for package in wanted:
        name, _, version = package.partition("=")
        if name not in host.packages:
            yield f"package {name} removed"
        elif lacks(package, host.packages):
            yield f"package {name} is {host.packages[name]}, not {version}"


def directories(wanted: list[dict[str, Any]]) -> Iterator[str]:
    """Directories that are gone or have other attributes."""
    for directory in wanted:
        path = Path(directory["dest"])
        if not path.is_dir():
            yield f"{path} missing"
        else:
            yield from attributes(path.resolve(), str(path), *attributes_of(directory))


def files(wanted: list[dict[str, Any]]) -> Iterator[str]:
    """Files that are gone, have another text or other attributes."""
    for file in wanted:
        path = Path(file["dest"])
        if not os.path.lexists(path):
            yield f"{path} missing"
        elif path.is_symlink() or not path.is_file():
            yield f"{path} is not a file"
        else:
            if is_other(path, file["sha256"]):
                yield f"{path} changed"
            yield from attributes(path, str(path), *attributes_of({"mode": "0644", **file}))


def is_other(path: Path, sha256: str | None) -> bool:
    """Whether a file's text is another than that with this digest; one whose text nobody knows is taken as it is."""
    return sha256 is not None and hashlib.sha256(path.read_bytes()).hexdigest() != sha256


def attributes(path: Path, shown: str, owner: str, group: str, mode: int) -> Iterator[str]:
    """How mode and owner of a path differ."""
    found = path.lstat()
    if stat.S_IMODE(found.st_mode) != mode:
        yield f"{shown} has mode {stat.S_IMODE(found.st_mode):04o}, not {mode:04o}"
    if not has_attributes(path, owner, group, stat.S_IMODE(found.st_mode)):
        yield f"{shown} is not owned by {owner}:{group}"


def units(wanted: list[dict[str, Any]], states: dict[str, State]) -> Iterator[str]:
    """Units that do not run, would not run after a boot, or have not read their files."""
    for unit in wanted:
        name, state = unit["name"], states[unit["name"]]
        if state.load in {"not-found", "masked"}:
            yield f"{name} {'missing' if state.load == 'not-found' else 'masked'}"
            continue
        if unit.get("started", True) and not state.running:
            yield f"{name} {'failed' if state.active == 'failed' else 'stopped'}"
        if state.enabled == "disabled":
            yield f"{name} disabled"
        if state.stale:
            yield f"{name}: its unit files changed since systemd read them"


def owed(pending: dict[str, Any]) -> Iterator[str]:
    """What a run that was killed left to be done."""
    for verb in ("restart", "reload"):
        yield from (f"{unit}: a {verb} is owed" for unit in pending.get(verb, ()))


def texts(roles: dict[str, Any], found: dict[str, list[str]]) -> dict[str, str]:
    """The texts of changed files that may be seen, by path; long ones and those that are no text are left out."""
    shown = {}
    for name, role in roles.items():
        for file in role["files"]:
            if file.get("shown") and f"{file['dest']} changed" in found[name]:
                raw = Path(file["dest"]).read_bytes()
                if len(raw) <= SHOWN_BYTES and b"\0" not in raw:
                    shown[file["dest"]] = raw.decode(errors="replace")
    return shown
