"""gres.conf: the GPUs that Slurm owns on each node, by device file and near which cores (gres.conf(5))."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.planning.model import Plan
from twinstack.rendering.slurm_nodes import gres, groups, has_gpus


def text(plan: Plan) -> str:
    """The whole file; GPUs that Kubernetes owns are not in it."""
    lines = "".join(f"{line}\n" for line in _lines(plan))
    return lines or "# No node has GPUs of Slurm's.\n"


def _lines(plan: Plan) -> Iterator[str]:
    if not has_gpus(plan):
        return
    for group in groups(plan):
        share = group.host.allocation.slurm
        if share is None:
            continue
        for part in gres(group.host.hardware, share):
            cores = f" Cores={part.cores}" if part.cores else ""
            yield f"NodeName={group.names} Name=gpu Type={part.type} File={part.devices}{cores}"
