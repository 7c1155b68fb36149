"""cgroup.conf: jobs keep to their cores, memory and devices (cgroup.conf(5); `slurm_releases` for the differences)."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.slurm_releases import Trait, has
from twinstack.planning.model import Plan
from twinstack.rendering.slurm_nodes import members
from twinstack.rendering.slurm_settings import Setting, settled


def text(plan: Plan) -> str:
    """The whole file."""
    slurm = plan.site.slurm
    version, given = (slurm.version, slurm.parameters.get("cgroup.conf", {})) if slurm else ("", {})
    sections = settled([list(_settings(plan, version))], given, "cgroup.conf")
    return "".join(f"{key}={value}\n" for section in sections for key, value in section)


def _settings(plan: Plan, version: str) -> Iterator[Setting]:
    if has(version, Trait.CGROUP_AUTOMOUNT):
        yield "CgroupAutomount", "no"
    yield "CgroupPlugin", "autodetect" if has(version, Trait.CGROUP_AUTODETECT) else "cgroup/v1"
    yield "ConstrainCores", "yes"
    yield "ConstrainRAMSpace", "yes"
    yield "ConstrainDevices", "yes"
    yield "ConstrainSwapSpace", _constrain_swap(plan)


def _constrain_swap(plan: Plan) -> str:
    """Debian's kernels count swap on cgroup v2 always, on v1 only with a boot parameter."""
    return "no" if any("cgroup2" in host.hardware.absent for host in members(plan)) else "yes"
