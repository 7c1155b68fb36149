"""The Slurm section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """A Slurm partition over pools; `max_time` in Slurm's own notation.

    `state` is up, down, drain or inactive; `settings` are further words of its PartitionName line.
    """

    name: str
    pools: tuple[str, ...]
    default: bool
    max_time: str | None
    qos: str | None
    state: str
    settings: Mapping[str, str]


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
class SlurmPackages:
    """Which packages Slurm is installed from, at one full version as the repository has it (`24.11.5-1`).

    `naming` says whose names they have: distribution, schedmd or openhpc. `repository` is its address (None: the
    distribution's own), `suite` and `components` as apt has them; `key` is the text of the key that signs it.
    """

    version: str
    naming: str
    repository: str | None
    suite: str
    components: tuple[str, ...]
    key: str | None


@dataclass(frozen=True, slots=True)
class Script:
    """A program of the operator's; `path` as the inventory names it, `text` is empty where there is no such file."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Power:
    """Nodes that are switched off when idle; times in seconds, rates in nodes a minute (0: no limit).

    `pools` are those whose nodes are; `resume_fail` runs when a node does not come back.
    """

    suspend: Script
    resume: Script
    resume_fail: Script | None
    pools: tuple[str, ...]
    idle: int
    suspend_timeout: int
    resume_timeout: int
    suspend_rate: int
    resume_rate: int


@dataclass(frozen=True, slots=True)
class Rest:
    """slurmrestd on the controllers; `auth` is local (its own user and root, by a socket) or jwt (tokens)."""

    auth: str


@dataclass(frozen=True, slots=True)
class Slurm:
    """The Slurm section.

    `version` is a release (`24.11`), `health_check_interval` in seconds, `state_location` where controllers share
    state. `hooks` are scripts by the event on which they run (`defaults.HOOKS`), `parameters` are further settings by
    file and name, `reboot` is the command that reboots a node.
    `packages` is None where the distribution's are taken as they come.
    """

    cluster: str
    version: str
    partitions: Mapping[str, Partition]
    qos: Mapping[str, Qos]
    scheduling: Scheduling
    health_check_interval: int | None
    state_location: str | None
    hooks: Mapping[str, Script]
    power: Power | None
    reboot: str
    rest: Rest | None
    parameters: Mapping[str, Mapping[str, str]]
    packages: SlurmPackages | None = None
