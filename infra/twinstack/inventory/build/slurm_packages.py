"""Where Slurm's packages come from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from twinstack.inventory import defaults
from twinstack.inventory.build.machines import file_of
from twinstack.inventory.build.notes import Notes, Section
from twinstack.inventory.model import Slurm, SlurmPackages


def release_of(version: str) -> str:
    """The release that a package's version is of: `24.11` of `24.11.5-1`."""
    return ".".join(version.split(".")[:2])


def packaged(cluster: Slurm, section: Section, folder: Path, notes: Notes) -> Slurm:
    """The cluster with its packages' source, if one is named: its release is theirs unless it is named, too."""
    if "packages" not in section:
        return cluster
    found = _packages(section["packages"], folder, notes)
    return replace(cluster, packages=found, version=section.get("version") or release_of(found.version))


def _packages(given: Section, folder: Path, notes: Notes) -> SlurmPackages:
    return SlurmPackages(
        version=given["version"],
        naming=given.get("naming", defaults.PACKAGE_NAMING),
        repository=given.get("repository"),
        suite=given.get("suite", defaults.APT_SUITE),
        components=tuple(given.get("components", ())),
        key=_key(given["key"], folder, notes) if "key" in given else None,
    )


def _key(name: str, folder: Path, notes: Notes) -> str:
    path = file_of(name, folder)
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        notes.refuse(("slurm", "packages", "key"), f"{path} cannot be read: {error}", "an ASCII armoured public key")
        return ""
