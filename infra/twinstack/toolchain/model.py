"""What a pinned tool is: its name, what it is made from, and how an installed one tells its version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str], None]
Version = tuple[int, int, int]


def silent(_line: str) -> None:
    """Take a line of progress and drop it."""


class ToolchainError(Exception):
    """A tool is missing and cannot be made; the text names the command that mends it."""


@dataclass(frozen=True, slots=True)
class Package:
    """A Go package that becomes one static binary.

    Attributes:
        path: the import path, or "." for the main package in the tool's own folder.
        stamps: linker variables and the text that they get.
        embeds: files of a pinned module that are laid beside our own main before it is built.
    """

    path: str
    stamps: tuple[tuple[str, str], ...] = ()
    embeds: Embeds | None = None


@dataclass(frozen=True, slots=True)
class Embeds:
    """Files that the binary carries but that do not belong into this project: they come from the pinned module.

    Attributes:
        module: the Go module that holds them.
        folder: where in that module.
        files: their names.
        versioned: those (JSON objects) that get a "version" member, as the released ones have.
    """

    module: str
    folder: str
    files: tuple[str, ...]
    versioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """A script that is taken as it is from a pinned module's directory."""

    module: str
    path: str


@dataclass(frozen=True, slots=True)
class OnPath:
    """How an installed tool is asked for its version, and which answers will do.

    Attributes:
        arguments: what makes it print its version.
        fits: whether that version can stand in for the pin.
    """

    arguments: tuple[str, ...]
    fits: Callable[[Version], bool]


@dataclass(frozen=True, slots=True)
class Beside:
    """An installed tool that has no version of its own: it counts when it lies beside a fitting other one."""

    tool: str


@dataclass(frozen=True, slots=True)
class Plugin:
    """A Pulumi plugin in Pulumi's own plugin cache, which names its folder by version."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Tool:
    """One pinned tool.

    Attributes:
        name: what the binary is called.
        version: as upstream writes it, without a leading v.
        folder: the Go module under tools/ that pins it.
        origin: what it is made from.
        needed_for: why it is here, for people.
        installed: how an installed one is found; None when only the exact, static build will do.
    """

    name: str
    version: str
    folder: str
    origin: Package | ModuleFile
    needed_for: str
    installed: OnPath | Beside | Plugin | None = None
