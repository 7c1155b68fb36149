"""cgroup.conf: jobs keep to their cores, memory and devices (cgroup.conf(5); the plugin finds v1 or v2 itself)."""

from __future__ import annotations

from twinstack.planning.model import Plan
from twinstack.rendering.slurm_nodes import members


def text(plan: Plan) -> str:
    """The whole file."""
    return (
        "CgroupAutomount=no\n"
        "ConstrainCores=yes\n"
        "ConstrainRAMSpace=yes\n"
        "ConstrainDevices=yes\n"
        f"ConstrainSwapSpace={_constrain_swap(plan)}\n"
    )


def _constrain_swap(plan: Plan) -> str:
    """Debian's kernels count swap on cgroup v2 always, on v1 only with a boot parameter."""
    return "no" if any("cgroup2" in host.hardware.absent for host in members(plan)) else "yes"
