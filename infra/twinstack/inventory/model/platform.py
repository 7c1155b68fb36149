"""Software, observability, where artefacts come from, and policy levels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lmod:
    """Environment modules; `root` is the module tree's."""

    root: str


@dataclass(frozen=True, slots=True)
class Spack:
    """A pinned Spack below `root`; `owner` installs software, `sha256` is of the release's archive."""

    version: str
    root: str
    owner: str = "root"
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Software:
    """Module and package trees, and containers for users of Slurm."""

    lmod: Lmod | None
    spack: Spack | None
    apptainer: bool = False


@dataclass(frozen=True, slots=True)
class Observability:
    """Retention in seconds; alerts go to `receiver`, its address is the stack secret `url_secret`.

    Hosts send their logs to the Loki at `logs_url`; None: to a logging host's, if there is one.
    """

    retention: int
    receiver: str | None
    url_secret: str | None
    logs_url: str | None = None


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Where charts, images and archives of sources come from: `upstream`, or a mirror's directory or URL."""

    charts: str
    images: str
    sources: str = "upstream"


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """One rule's level: enforced, advisory or off (then with a reason and, optionally, until when)."""

    level: str
    reason: str | None
    until: str | None
