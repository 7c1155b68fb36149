"""Power saving: idle nodes are switched off and on again (power_save.html, slurm.conf(5))."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Power, Script, Slurm
from twinstack.planning.model import Plan
from twinstack.rendering import slurm_paths as paths
from twinstack.rendering.hostlists import fold
from twinstack.rendering.model import PlacedFile
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_nodes import login_nodes, members
from twinstack.rendering.slurm_settings import Setting


def settings(plan: Plan, slurm: Slurm) -> Iterator[Setting]:
    """All that the section `power` says; nothing without it."""
    power = slurm.power
    if power is None:
        return
    for parameter, (name, _) in _programs(power).items():
        yield parameter, f"{paths.SCRIPTS}/{name}"
    yield "SuspendTime", power.idle
    yield "SuspendTimeout", power.suspend_timeout
    yield "ResumeTimeout", power.resume_timeout
    yield "SuspendRate", power.suspend_rate
    yield "ResumeRate", power.resume_rate
    kept = fold(always_on(plan, power))
    if kept:
        yield "SuspendExcNodes", kept


def always_on(plan: Plan, power: Power) -> Iterator[str]:
    """Nodes that are never switched off: those of other pools, those in maintenance, and login hosts."""
    for host in members(plan):
        if host.pool is None or host.pool.name not in power.pools or host.host.maintenance:
            yield host.name
    for host in login_nodes(plan):
        yield host.name


def files(renderer: Renderer) -> tuple[PlacedFile, ...]:
    """The programs, on controllers only: slurmctld runs them as its own user."""
    power = renderer.site.slurm.power if renderer.site.slurm else None
    return tuple(_file(renderer, name, script) for name, script in _programs(power).values()) if power else ()


def _file(renderer: Renderer, name: str, script: Script) -> PlacedFile:
    return renderer.file(f"{paths.SCRIPTS}/{name}", f"slurm/power/{name}", lambda: script.text, mode="0755")


def _programs(power: Power) -> dict[str, tuple[str, Script]]:
    fail = {"ResumeFailProgram": ("resume_fail", power.resume_fail)} if power.resume_fail else {}
    return {"SuspendProgram": ("suspend", power.suspend), "ResumeProgram": ("resume", power.resume), **fail}
