"""The Slurm section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """A Slurm partition over pools; `max_time` in Slurm's own notation."""

    name: str
    pools: tuple[str, ...]
    default: bool
    max_time: str | None
    qos: str | None


@dataclass(frozen=True, slots=True)
class Qos:
    """A Slurm QOS."""

    name: str
    priority: int
    preempt: tuple[str, ...]
    max_jobs_per_user: int | None


@dataclass(frozen=True, slots=True)
class Scheduling:
    """slurm.conf's choices: `select` cons_tres or cons_res, `preempt_mode` off, requeue, suspend or cancel."""

    select: str
    preempt_mode: str
    fair_share: bool


@dataclass(frozen=True, slots=True)
class Slurm:
    """The Slurm section.

    `version` is a release (`24.11`), `health_check_interval` in seconds, `state_location` where
    controllers share state.
    """

    cluster: str
    version: str
    partitions: Mapping[str, Partition]
    qos: Mapping[str, Qos]
    scheduling: Scheduling
    health_check_interval: int | None
    state_location: str | None
