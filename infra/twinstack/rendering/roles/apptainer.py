"""Role apptainer: containers for users of Slurm, without root and without set-user-ID programs."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Site
from twinstack.planning.model import HostPlan
from twinstack.rendering.model import HostRole, RoleSpec
from twinstack.rendering.renderer import Renderer

ROLE = "apptainer"
CONFIGURATION = "/etc/apptainer/apptainer.conf"
DEFAULT_BINDS = ("/etc/localtime", "/etc/hosts")
"""What Apptainer binds by itself as long as its configuration names no path."""


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for all hosts, but for the devices that GPUs bring."""
    gpus = host.hardware.gpus.vendor if host.hardware.gpus else "none"
    return renderer.role(ROLE, gpus, lambda: _spec(renderer, gpus))


def _spec(renderer: Renderer, gpus: str) -> RoleSpec:
    configuration = renderer.file(CONFIGURATION, f"apptainer/{gpus}.conf", lambda: "".join(lines(renderer.site, gpus)))
    return RoleSpec(ROLE, gpus, packages=renderer.distribution.install(ROLE), files=(configuration,))


def lines(site: Site, gpus: str) -> Iterator[str]:
    """The directives that differ from Apptainer's own defaults: file systems that containers see, and GPUs."""
    yield "# Apptainer Admin Guide, 'Apptainer Configuration Files'; all other directives keep their defaults.\n"
    for path in (*DEFAULT_BINDS, *(mount.mount for mount in site.storage.mounts)):
        yield f"bind path = {path}\n"
    yield f"always use nv = {'yes' if gpus == 'nvidia' else 'no'}\n"
    yield f"always use rocm = {'yes' if gpus == 'amd' else 'no'}\n"
