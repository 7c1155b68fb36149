"""Projects, users, and what the site does for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twinstack.inventory import defaults
from twinstack.inventory.build.machines import file_of
from twinstack.inventory.build.notes import Section
from twinstack.inventory.model import (
    Artifacts,
    Lmod,
    Observability,
    PolicyChoice,
    Project,
    Slurm,
    Software,
    Spack,
    User,
)
from twinstack.inventory.units import duration, size


def projects(section: Section, slurm: Slurm | None) -> Mapping[str, Project]:
    """The projects by name; who names no QOS has the site's first."""
    first = tuple(slurm.qos)[:1] if slurm else ()
    return {name: _project(name, each, first) for name, each in section.items()}


def _project(name: str, section: Section, qos: tuple[str, ...]) -> Project:
    members = section["members"]
    kubernetes = section.get("kubernetes", {})
    return Project(
        name=name,
        admins=tuple(members.get("admins", ())),
        users=tuple(members.get("users", ())),
        share=section.get("share", defaults.SHARE),
        qos=tuple(section.get("slurm", {}).get("qos", qos)),
        quota=_quota(kubernetes["quota"]) if "quota" in kubernetes else None,
        borrow=kubernetes.get("borrow", False),
    )


def _quota(section: Section) -> Mapping[str, int]:
    return {name: size(amount) if name == "memory" else amount for name, amount in section.items()}


def users(section: Section) -> Mapping[str, User]:
    """The users by login name."""
    return {name: User(name, each["uid"]) for name, each in section.items()}


def software(section: Section) -> Software:
    """Module and package trees."""
    spack = _spack(section["spack"]) if "spack" in section else None
    lmod = section.get("lmod")
    return Software(
        lmod=Lmod(lmod.get("root", defaults.module_root(spack))) if lmod is not None else None,
        spack=spack,
        apptainer="apptainer" in section,
    )


def _spack(section: Section) -> Spack:
    return Spack(
        version=section["version"].removeprefix("v"),
        root=section["root"],
        owner=section.get("owner", defaults.SOFTWARE_OWNER),
        sha256=section.get("sha256"),
    )


def observability(section: Section) -> Observability:
    """Retention and alerts."""
    alerts = section.get("alerts", {})
    return Observability(
        retention=duration(section.get("retention", defaults.RETENTION)),
        receiver=alerts.get("receiver"),
        url_secret=alerts.get("url_secret"),
        logs_url=section.get("logs", {}).get("url"),
    )


def artifacts(section: Section, folder: Path) -> Artifacts:
    """Where charts and images come from; a directory of charts is the operator's, one of images is the hosts'."""
    charts = _source(section.get("charts"))
    if charts != defaults.UPSTREAM and "://" not in charts:
        charts = str(file_of(charts, folder))
    return Artifacts(charts=charts, images=_source(section.get("images")), sources=_source(section.get("sources")))


def _source(choice: Any) -> str:  # noqa: ANN401 - the word, a mapping, or nothing
    return str(choice["mirror"]) if isinstance(choice, dict) else defaults.UPSTREAM


def policy(section: Section) -> Mapping[str, PolicyChoice]:
    """The levels of policy rules by name."""
    return {name: _choice(choice) for name, choice in section.items()}


def _choice(choice: Any) -> PolicyChoice:  # noqa: ANN401 - a level or a mapping
    if isinstance(choice, str):
        return PolicyChoice(level=choice, reason=None, until=None)
    return PolicyChoice(level="off", reason=choice["off"], until=choice.get("until"))
