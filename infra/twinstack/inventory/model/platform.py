"""Software, observability, where artefacts come from, and policy levels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spack:
    """A pinned Spack."""

    version: str
    root: str


@dataclass(frozen=True, slots=True)
class Software:
    """Module and package trees."""

    lmod: bool
    spack: Spack | None


@dataclass(frozen=True, slots=True)
class Observability:
    """Retention in seconds; alerts go to `receiver`, its address is the stack secret `url_secret`."""

    retention: int
    receiver: str | None
    url_secret: str | None


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Where charts and images come from: `upstream`, or a mirror's directory or URL."""

    charts: str
    images: str


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """One rule's level: enforced, advisory or off (then with a reason and, optionally, until when)."""

    level: str
    reason: str | None
    until: str | None
