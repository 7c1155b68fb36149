"""slurmd on any host: where it fetches its configuration, and what it was started with."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Site
from twinstack.planning.file_systems import lustre_of
from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering import slurm_health, slurm_paths, slurm_units
from twinstack.rendering.model import Directory, PlacedFile
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_conf import CONTROLLER_PORT
from twinstack.rendering.slurm_nodes import gres, numa_as_sockets, shape
from twinstack.rendering.slurm_state import controllers


def directories() -> tuple[Directory, ...]:
    """What slurmd writes to."""
    return (
        Directory(slurm_paths.LOGS, slurm_paths.USER, slurm_paths.GROUP),
        Directory(slurm_paths.SPOOL, slurm_paths.USER, slurm_paths.GROUP),
    )


def conf_server(plan: Plan) -> str:
    """The option that names the controllers to fetch the configuration from."""
    servers = ",".join(f"{controller.address}:{CONTROLLER_PORT}" for controller in controllers(plan.site))
    return f"--conf-server {servers}"


def files(renderer: Renderer, host: HostPlan, profile: str) -> tuple[PlacedFile, ...]:
    """The options of slurmd, its drop-in and, where the site wants one, the health check."""
    unit = renderer.distribution.units["slurm-compute"]
    directory = renderer.distribution.paths["environment"]
    return (
        renderer.file(
            f"{directory}/slurmd",
            f"slurm/slurmd-{profile}.env",
            lambda: environment(renderer.plan, host),
            restarts=(unit,),
        ),
        renderer.file(slurm_units.drop_in(unit), "slurm/slurmd-drop-in.conf", slurm_units.node, restarts=(unit,)),
        *_health_check(renderer, host, profile),
    )


def environment(plan: Plan, host: HostPlan) -> str:
    """The unit's environment file.

    It repeats the node's definition, so that a changed one changes the file, and with it restarts the daemon, which
    reads its resources only when it starts (slurm.conf(5), NODE CONFIGURATION).
    """
    told = "".join(f"# {line}\n" for line in _definition(plan, host))
    return f'{told}SLURMD_OPTIONS="{conf_server(plan)}"\n'


def _definition(plan: Plan, host: HostPlan) -> Iterator[str]:
    share = host.allocation.slurm
    if share is None:
        yield "In no partition: keeps the configuration current for the commands on this host."
        return
    yield shape(host.hardware, share, by_numa=numa_as_sockets(plan)).definition
    for part in gres(host.hardware, share):
        yield f"gpu {part.type} {part.devices} near cores {part.cores or 'any'}"


def _health_check(renderer: Renderer, host: HostPlan, profile: str) -> Iterator[PlacedFile]:
    slurm = renderer.site.slurm
    if slurm is None or not slurm.health_check_interval:
        return
    own = slurm.hooks.get("health_check")
    mounts = _mount_points(renderer.site, host)
    yield renderer.file(
        slurm_paths.HEALTH_CHECK,
        f"slurm/health-{profile}.sh",
        lambda: own.text if own else slurm_health.text(mounts),
        mode="0755",
    )


def _mount_points(site: Site, host: HostPlan) -> tuple[str, ...]:
    """A server shows its own exports at their mount points, too: the list is the same for all hosts of a profile."""
    nfs = [] if "kernel-nfs-client" in host.hardware.absent else [mount.mount for mount in site.storage.nfs]
    lustre = [mount.mount for mount in lustre_of(site, host.host, host.hardware)]
    return (*nfs, *lustre, *(mount.mount for mount in site.storage.gpfs))
