"""Role slurm-packages: the repository of Slurm's packages, what holds them at their version, and Slurm's account."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Service, SlurmPackages
from twinstack.planning.model import HostPlan
from twinstack.rendering import slurm_packages, slurm_paths, slurm_upgrades
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_state import shared

ROLE = "slurm-packages"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same on every host of Slurm's, but that the first controller keeps the state as it is before."""
    first = renderer.site.by_service[Service.SLURM_CONTROLLER][:1]
    profile = "first-controller" if host.host in first else "all"
    return renderer.role(ROLE, profile, lambda: _spec(renderer, profile))


def _spec(renderer: Renderer, profile: str) -> RoleSpec:
    slurm = renderer.site.slurm
    assert slurm  # noqa: S101 - the plan gives the role to no other site
    names, packages = renderer.distribution, slurm.packages
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=names.install("version-lock") if packages else (),
        files=tuple(_files(renderer, packages)) if packages else (),
        params={
            **slurm_upgrades.parameters(names, slurm),
            **({} if profile == "all" else {"state": shared(renderer.site) or slurm_paths.STATE}),
            "account": slurm_packages.account(names, packages),
        },
    )


def _files(renderer: Renderer, packages: SlurmPackages) -> Iterator[PlacedFile]:
    names, key = renderer.distribution, packages.key
    if key:
        yield renderer.file(names.paths["slurm-keyring"], "slurm/packages.asc", lambda: key)
    if packages.repository:
        text = slurm_packages.repository_text(names, packages)
        yield renderer.file(names.paths["slurm-source"], "slurm/packages.source", lambda: text)
    pin = slurm_packages.pin_text(names, packages)
    yield renderer.file(names.paths["slurm-pin"], "slurm/packages.pin", lambda: pin)
