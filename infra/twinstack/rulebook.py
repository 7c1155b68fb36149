"""The rule book: every policy by name, what it asks for and how to comply; sites choose its level in `policy:`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """How a rule is held: a violation stops the engine, is shown, or is not looked for."""

    ENFORCED = "enforced"
    ADVISORY = "advisory"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy; `level` is what holds where the inventory does not name the rule."""

    name: str
    description: str
    remedy: str
    level: Level = Level.ENFORCED


PINNED_VERSIONS = Rule(
    "pinned-versions",
    "Images, charts and host packages are pinned to exact versions.",
    "Name an exact version: an image by tag or digest, a chart by x.y.z, Kubernetes by kubernetes.version.",
)
NO_PRIVILEGED_PROJECTS = Rule(
    "no-privileged-projects",
    "Nothing in a project's namespace runs privileged or reaches into its host.",
    "Drop privileged, hostPath, hostNetwork, hostPID and hostIPC, and keep Pod Security at baseline or restricted.",
)
PROJECT_QUOTA = Rule(
    "project-quota",
    "Every project's namespace has a ResourceQuota.",
    "Declare a ResourceQuota with spec.hard in the project's namespace (projects.<name>.kubernetes.quota).",
)
ONE_SCHEDULER_PER_HOST = Rule(
    "one-scheduler-per-host",
    "A core has one scheduler: hosts serve Slurm or Kubernetes, or are split with disjoint CPUs.",
    "Give the host's pool to one stack, or make it a split pool that divides its cores.",
)
HA_CONTROL_PLANE = Rule(
    "ha-control-plane",
    "The Kubernetes control plane survives the loss of one host.",
    "Place the service kubernetes-control-plane on three hosts.",
    Level.ADVISORY,
)

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (PINNED_VERSIONS, NO_PRIVILEGED_PROJECTS, PROJECT_QUOTA, ONE_SCHEDULER_PER_HOST, HA_CONTROL_PLANE)
}


def level_of(rule: Rule, chosen: str | None, until: str | None, today: date) -> Level:
    """The level at which a rule holds, given the site's choice for it (None: none).

    What was switched off until a date holds again from that day on.
    """
    if chosen is None:
        return rule.level
    level = Level(chosen)
    if level is Level.OFF and until is not None and date.fromisoformat(until) <= today:
        return rule.level
    return level
