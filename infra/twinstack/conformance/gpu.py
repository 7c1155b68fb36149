"""Conditions of GPU hosts: the driver answers for every GPU and stays loaded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.model import Gpus
from twinstack.planning.model import Plan


def conditions(plan: Plan) -> Iterator[Condition]:
    """Each host whose GPUs the site's own driver runs."""
    for host in plan.with_role("gpu"):
        if host.hardware.gpus and host.hardware.gpus.vendor == "nvidia":
            gpus = host.hardware.gpus
            what = f"{gpus.count} x {gpus.model} answer, persistently"
            yield Condition("gpus", host.name, what, partial(gpus_answer, gpus))


def gpus_answer(gpus: Gpus, shell: Shell) -> Verdict:
    """As many GPUs as planned, each in persistence mode."""
    answer = shell.run("nvidia-smi", "--query-gpu=name,persistence_mode", "--format=csv,noheader")
    if answer.rc:
        return Verdict.wrong(f"nvidia-smi does not answer: {(answer.stderr or answer.stdout).strip()}")
    rows = [[part.strip() for part in line.split(",")] for line in answer.stdout.splitlines() if line.strip()]
    idle = sum(row[-1] != "Enabled" for row in rows)
    ok = len(rows) == gpus.count and not idle
    return Verdict.of(ok, f"{len(rows)} of {gpus.count} GPUs, {idle} without persistence mode")
