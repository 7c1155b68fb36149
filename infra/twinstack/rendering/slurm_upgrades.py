"""Which release of Slurm may follow which on hosts that are in service."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.defaults import SLURM_RELEASES
from twinstack.inventory.model import Slurm
from twinstack.inventory.slurm_releases import Trait, has
from twinstack.rendering import slurm_packages
from twinstack.rendering.distribution import Distribution

# Releases that no inventory can ask for, but that hosts may still run.
_OLDER = ("20.02", "20.11")
_RELEASES = (*_OLDER, *SLURM_RELEASES)


def supported_from(release: str) -> tuple[str, ...]:
    """Releases that a daemon can take over state, database and jobs from, its own included."""
    reach = 3 if has(release, Trait.THREE_BACK) else 2
    index = _RELEASES.index(release)
    return _RELEASES[max(0, index - reach) : index + 1]


def parameters(names: Distribution, slurm: Slurm | None) -> Mapping[str, object]:
    """What a role has to know to move its packages: nothing where the inventory names no version."""
    if slurm is None or slurm.packages is None:
        return {}
    return {
        "upgrade": {
            "version": slurm.packages.version,
            "supported": list(supported_from(slurm.version)),
            "packages": list(slurm_packages.every_name(names.family)),
        }
    }
