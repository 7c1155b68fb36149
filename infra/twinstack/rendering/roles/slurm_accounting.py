"""Role slurm-accounting: slurmdbd and its MariaDB on the same host."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering import (
    mariadb_conf,
    slurm_packages,
    slurm_paths,
    slurm_rest,
    slurm_units,
    slurm_upgrades,
    slurmdbd_conf,
)
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_nodes import slurm_of

ROLE = "slurm-accounting"
# Seconds until slurmdbd must listen: as a rule, and where a new version may first have to convert its tables.
START = 60
CONVERSION = 6 * 3600


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The host's own: its address and its memory shape the files."""
    return renderer.role(ROLE, host.name, lambda: _spec(renderer, host))


def _spec(renderer: Renderer, host: HostPlan) -> RoleSpec:
    names = renderer.distribution
    upgrade = slurm_upgrades.parameters(names, renderer.site.slurm)
    return RoleSpec(
        role=ROLE,
        profile=host.name,
        packages=_packages(renderer, host, moving=bool(upgrade)),
        directories=(
            Directory(slurm_paths.CONFIGURATION),
            Directory(slurm_paths.LOGS, slurm_paths.USER, slurm_paths.GROUP),
        ),
        files=_files(renderer, host),
        units=(Unit(names.units["database"]), Unit(names.units["slurm-accounting"])),
        params={
            "database": {
                "unit": names.units["database"],
                "name": slurmdbd_conf.DATABASE,
                "user": slurmdbd_conf.DATABASE_USER,
                "password_secret": slurmdbd_conf.PASSWORD,
            },
            "unit": names.units["slurm-accounting"],
            "port": slurmdbd_conf.PORT,
            "deadline": CONVERSION if upgrade else START,
            **upgrade,
        },
    )


def _packages(renderer: Renderer, host: HostPlan, *, moving: bool) -> tuple[str, ...]:
    """Slurmdbd's and the database's; where versions move, all of Slurm's on this host, of which it is the first."""
    names = renderer.distribution
    own = names.install("slurm-accounting", "database", *slurm_rest.words(slurm_of(renderer.site)))
    return tuple(sorted({*own, *(slurm_packages.of_host(names, host) if moving else ())}))


def _files(renderer: Renderer, host: HostPlan) -> tuple[PlacedFile, ...]:
    names, slurm = renderer.distribution, slurm_of(renderer.site)
    return (
        renderer.file(
            f"{names.paths['database']}/90-twinstack.cnf",
            f"slurm/mariadb-{host.name}.cnf",
            lambda: mariadb_conf.text(host.hardware),
            restarts=(names.units["database"],),
        ),
        renderer.file(
            f"{slurm_paths.CONFIGURATION}/slurmdbd.conf",
            f"slurm/slurmdbd-{host.name}.conf",
            lambda: slurmdbd_conf.text(host.host, slurm),
            owner=slurm_paths.USER,
            group=slurm_paths.GROUP,
            mode="0600",
            secret=slurmdbd_conf.PASSWORD,
            restarts=(names.units["slurm-accounting"],),
        ),
        # Effective at the next start: no reason to disturb a daemon that runs.
        renderer.file(
            slurm_units.drop_in(names.units["slurm-accounting"]),
            "slurm/slurmdbd-drop-in.conf",
            slurm_units.accounting,
        ),
        *slurm_rest.key_files(slurm, names.units["slurm-accounting"]),
    )
