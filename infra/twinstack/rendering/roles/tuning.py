"""Role tuning: how the kernel is set for what runs on a pool's machines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.planning.model import HostPlan
from twinstack.planning.tuning import HostTuning, applied_tuning
from twinstack.rendering import tuning
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "tuning"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for the machines of a pool that are of one hardware class and in one stack."""
    pool = host.pool.name if host.pool else "services"
    profile = f"{pool}.{host.hardware.name}.{host.stack}"
    return renderer.role(ROLE, profile, lambda: _spec(renderer, host, profile))


def _spec(renderer: Renderer, host: HostPlan, profile: str) -> RoleSpec:
    wanted = applied_tuning(host)
    files = tuple(_files(renderer, wanted, profile, cgroup2="cgroup2" not in host.hardware.absent))
    names = renderer.distribution
    quiet = bool(wanted.quiet_cpus)
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=names.install("interrupts") if quiet else (),
        files=files,
        units=(
            *((Unit(tuning.UNIT),) if wanted.of_kernel else ()),
            *((Unit(names.units["interrupts"]),) if quiet else ()),
        ),
    )


def _files(renderer: Renderer, wanted: HostTuning, profile: str, *, cgroup2: bool) -> Iterator[PlacedFile]:
    names = renderer.distribution
    if tuning.settings(wanted):
        name = f"tuning/{profile}.sysctl.conf"
        yield renderer.file(tuning.SYSCTL, name, partial(tuning.sysctl, wanted), restarts=("systemd-sysctl.service",))
    if any(tuning.knobs(wanted)):
        name = f"tuning/{profile}.tmpfiles.conf"
        yield renderer.file(tuning.TMPFILES, name, partial(tuning.tmpfiles, wanted), restarts=(tuning.UNIT,))
        unit = f"/etc/systemd/system/{tuning.UNIT}"
        yield renderer.file(unit, f"tuning/{tuning.UNIT}", lambda: tuning.UNIT_TEXT, restarts=(tuning.UNIT,))
    if wanted.quiet_cpus:
        dest, unit = names.paths["interrupts"], names.units["interrupts"]
        text = partial(tuning.irqbalance, wanted)
        yield renderer.file(dest, f"tuning/{profile}.irqbalance", text, restarts=(unit,))
    if wanted.system_cpus and cgroup2:
        yield renderer.file(tuning.SLICE, f"tuning/{profile}.user.slice", partial(tuning.user_slice, wanted))
