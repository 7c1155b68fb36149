"""Role slurm-controller: slurmctld and the files that all other Slurm daemons and commands fetch from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from twinstack.inventory import defaults
from twinstack.inventory.model import Service, Site
from twinstack.inventory.slurm_releases import Trait, has
from twinstack.inventory.units import duration
from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering import (
    cgroup_conf,
    drain_reasons,
    gres_conf,
    slurm_conf,
    slurm_hooks,
    slurm_paths,
    slurm_power,
    slurm_rest,
    slurm_units,
    slurm_upgrades,
    topology_conf,
)
from twinstack.rendering.hostlists import fold
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_nodes import login_nodes, members, slurm_of
from twinstack.rendering.slurm_state import controllers, file_system, on_nfs, shared

ROLE = "slurm-controller"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same on every controller; those that cannot take over (`slurm_state.controllers`) hold the files only."""
    profile = "controller" if host.host in controllers(renderer.site) else "files-only"
    return renderer.role(ROLE, profile, lambda: _spec(renderer, profile))


def _spec(renderer: Renderer, profile: str) -> RoleSpec:
    names = renderer.distribution
    unit = names.units["slurm-controller"]
    texts = configuration(renderer.plan)
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=names.install("slurm-controller", "slurm-client", *slurm_rest.words(slurm_of(renderer.site))),
        directories=_directories(renderer.site),
        # Neither restarted nor reloaded here: the role finds out which of the two a change needs.
        files=(
            *(_file(renderer, name, text) for name, text in texts.items()),
            *slurm_hooks.controller_files(renderer),
            *slurm_power.files(renderer),
            *slurm_rest.key_files(slurm_of(renderer.site), unit),
            _drop_in(renderer, unit),
        ),
        units=(Unit(unit),) if profile == "controller" else (),
        params={**_params(renderer, tuple(texts)), "runs": profile == "controller"},
    )


def configuration(plan: Plan) -> Mapping[str, Callable[[Plan], str]]:
    """The files of /etc/slurm that controllers hold, by name."""
    version = slurm_of(plan.site).version
    tree = {topology_conf.file(version): topology_conf.text} if topology_conf.is_tree(plan) else {}
    return {
        "slurm.conf": slurm_conf.text,
        "cgroup.conf": cgroup_conf.text,
        "gres.conf": gres_conf.text,
        **tree,
    }


def _file(renderer: Renderer, name: str, text: Callable[[Plan], str]) -> PlacedFile:
    return renderer.file(f"{slurm_paths.CONFIGURATION}/{name}", f"slurm/{name}", lambda: text(renderer.plan))


def _drop_in(renderer: Renderer, unit: str) -> PlacedFile:
    site, database = renderer.site, renderer.distribution.units["slurm-accounting"]
    return renderer.file(
        slurm_units.drop_in(unit),
        "slurm/slurmctld-drop-in.conf",
        lambda: slurm_units.controller(database, shared(site), file_system(site)),
    )


def _directories(site: Site) -> tuple[Directory, ...]:
    state = shared(site)
    # A state that an NFS server exports is made there: root has no say over it here.
    mounted = state is not None and on_nfs(site, state)
    made = () if mounted else (Directory(state or slurm_paths.STATE, slurm_paths.USER, slurm_paths.GROUP, "0700"),)
    return (
        Directory(slurm_paths.CONFIGURATION),
        Directory(slurm_paths.LOGS, slurm_paths.USER, slurm_paths.GROUP),
        *made,
    )


def _params(renderer: Renderer, files: tuple[str, ...]) -> Mapping[str, object]:
    site = renderer.site
    partitions = site.slurm.partitions.values() if site.slurm else ()
    accounted = bool(site.by_service[Service.SLURM_ACCOUNTING])
    return {
        "configuration": list(files),
        "primary": site.by_service[Service.SLURM_CONTROLLER][0].name,
        # slurmctld refuses to start when a partition's QOS does not exist.
        "qos": sorted({partition.qos for partition in partitions if partition.qos and accounted}),
        "maintenance": list(slurm_conf.maintained(renderer.plan)),
        "reason": drain_reasons.MAINTENANCE,
        "members": fold(host.name for host in (*members(renderer.plan), *login_nodes(renderer.plan))),
        "leaving": drain_reasons.leaving(_patience(site)),
        "unit": renderer.distribution.units["slurm-controller"],
        "behind": "database" if accounted else "nothing",
        **slurm_upgrades.parameters(renderer.distribution, site.slurm),
        "renews": has(slurm_of(site).version, Trait.RECONFIGURE_RENEWS),
    }


def _patience(site: Site) -> int:
    """How long the jobs of a node that leaves are waited for: its pool may be gone, so as long as in any."""
    return max((pool.drain_timeout for pool in site.pools.values()), default=duration(defaults.DRAIN_TIMEOUT))
