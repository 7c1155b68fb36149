"""What is placed on hosts: artefacts (texts with a digest) and what a role does with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any


def digest_of(text: str) -> str:
    """The sha256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Artefact:
    """A rendered file that several hosts may share; `name` is unique in a site (`slurm/slurm.conf`)."""

    name: str
    text: str

    @cached_property
    def digest(self) -> str:
        """The sha256 of the text, in hex."""
        return digest_of(self.text)


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file on a host: from an artefact (`artefact` is its name, `digest` of its text) or from a secret.

    `restarts` and `reloads` name the units that take up a change. `secret` names a stack secret whose value (plus a
    final newline when `secret_newline`) is the file, or that fills `@secret:NAME@` marks in the artefact's text.
    `drain` says whether a change of it needs the host drained, whatever else it says; None: as `RoleSpec.drain` says.
    """

    dest: str
    artefact: str | None = None
    digest: str | None = None
    owner: str = "root"
    group: str = "root"
    mode: str = "0644"
    secret: str | None = None
    restarts: tuple[str, ...] = ()
    reloads: tuple[str, ...] = ()
    validate: str | None = None
    drain: bool | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory on a host."""

    dest: str
    owner: str = "root"
    group: str = "root"
    mode: str = "0755"


@dataclass(frozen=True, slots=True)
class Unit:
    """A systemd unit that a role enables and starts (`started` False: only enabled)."""

    name: str
    started: bool = True


@dataclass(frozen=True)
class RoleSpec:
    """All that a role places and starts, shared by every host of a profile; `profile` is unique per role.

    `params` are further decisions for the role's own tasks: JSON scalars, lists and maps, no secrets.

    With `drain`, a change of the role disturbs what the host runs, and the host is drained before: a changed package,
    parameter or unit, one that goes, or a file that restarts a unit; not a new unit, nor a file that restarts nothing.
    `calm` names the packages, units, parameters (shared or a host's own) whose change disturbs nobody all the same; a
    file says so itself. Both are advice to the provider: they are no part of the role's digest.
    """

    role: str
    profile: str
    packages: tuple[str, ...] = ()
    directories: tuple[Directory, ...] = ()
    files: tuple[PlacedFile, ...] = ()
    units: tuple[Unit, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    drain: bool = False
    calm: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The manifest's name among the artefacts."""
        return f"roles/{self.role}/{self.profile}.json"

    @cached_property
    def text(self) -> str:
        """The manifest as reviewable JSON: what previews show and what the role reads."""
        return json.dumps(_said(asdict(self)), indent=1, sort_keys=True) + "\n"

    @cached_property
    def placed(self) -> str:
        """What the digest is made of: the manifest without the advice on drains."""
        spec = replace(self, drain=False, calm=(), files=tuple(replace(file, drain=None) for file in self.files))
        return spec.text

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the stack secrets that the role needs."""
        return tuple(sorted({file.secret for file in self.files if file.secret}))


def _said(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest without the advice on drains that it does not give."""
    files = [
        {key: value for key, value in file.items() if (key, value) != ("drain", None)} for file in manifest["files"]
    ]
    return {key: value for key, value in manifest.items() if key not in {"drain", "calm"} or value} | {"files": files}


@dataclass(frozen=True)
class HostRole:
    """One role of one host: the shared spec, files of this host alone (dest to text) and parameters of this host."""

    spec: RoleSpec
    own_files: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """The sha256 over everything that the role will place and start here."""
        own = json.dumps([dict(self.own_files), dict(self.own)], sort_keys=True)
        return digest_of(self.spec.placed + own)


@dataclass(frozen=True)
class Rendering:
    """The whole site rendered: artefacts by name, role specs by manifest name, roles of each host in order."""

    artefacts: Mapping[str, Artefact]
    specs: Mapping[str, RoleSpec]
    hosts: Mapping[str, Mapping[str, HostRole]]
