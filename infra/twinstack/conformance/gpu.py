"""Conditions of GPU hosts: the driver answers for every GPU; NVIDIA's stays loaded.

rocm-smi's source (`python_smi_tools/rocm_smi.py` of rocm_smi_lib): with --json it writes an object with a key `card<n>`
for each GPU that it has something to say of, nothing at all where there is none; its exit code is 0 all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.model import Gpus
from twinstack.planning.model import Plan


def conditions(plan: Plan) -> Iterator[Condition]:
    """Each host whose GPUs the site's own driver runs."""
    for host in plan.with_role("gpu"):
        if gpus := host.hardware.gpus:
            persistently = ", persistently" if gpus.vendor == "nvidia" else ""
            what = f"{gpus.count} x {gpus.model} answer{persistently}"
            yield Condition("gpus", host.name, what, partial(ANSWERS[gpus.vendor], gpus))


def nvidia_answers(gpus: Gpus, shell: Shell) -> Verdict:
    """As many GPUs as planned, each in persistence mode."""
    answer = shell.run("nvidia-smi", "--query-gpu=name,persistence_mode", "--format=csv,noheader")
    if answer.rc:
        return Verdict.wrong(f"nvidia-smi does not answer: {(answer.stderr or answer.stdout).strip()}")
    rows = [[part.strip() for part in line.split(",")] for line in answer.stdout.splitlines() if line.strip()]
    idle = sum(row[-1] != "Enabled" for row in rows)
    ok = len(rows) == gpus.count and not idle
    return Verdict.of(ok, f"{len(rows)} of {gpus.count} GPUs, {idle} without persistence mode")


def amd_answers(gpus: Gpus, shell: Shell) -> Verdict:
    """As many GPUs as planned; AMD's driver needs nobody to keep it loaded."""
    answer = shell.run("rocm-smi", "--showproductname", "--json")
    if answer.rc:
        return Verdict.wrong(f"rocm-smi does not answer: {(answer.stderr or answer.stdout).strip()}")
    try:
        seen = sum(name.startswith("card") for name in json.loads(answer.stdout))
    except ValueError:
        return Verdict.wrong(f"rocm-smi answers something else: {(answer.stdout + answer.stderr).strip() or 'nothing'}")
    return Verdict.of(seen == gpus.count, f"{seen} of {gpus.count} GPUs")


ANSWERS: Mapping[str, Callable[[Gpus, Shell], Verdict]] = {"nvidia": nvidia_answers, "amd": amd_answers}
"""By vendor, those of `planning.gpus.ASKABLE`."""
