"""Conditions of what tells others about hosts: Slurm's figures."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.planning.model import Plan
from twinstack.rendering.node_exporter_env import TEXTFILES

FIGURES = f"{TEXTFILES}/slurm.prom"


def conditions(plan: Plan) -> Iterator[Condition]:
    """Figures are there where the plan has them made."""
    for host in plan.with_role("slurm-exporter"):
        yield Condition("exporters", host.name, "figures of Slurm", figures)


def figures(shell: Shell) -> Verdict:
    """The last run of the timer heard slurmctld."""
    answer = shell.run("grep", "--line-regexp", "slurm_up 1", FIGURES)
    return Verdict.of(answer.rc == 0, "slurmctld answered" if answer.rc == 0 else f"{FIGURES} does not say slurm_up 1")
