"""Role lmod: environment modules where people work, and the module tree where it is made."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Lmod, Site
from twinstack.planning.model import HostPlan
from twinstack.planning.roles import has_users
from twinstack.planning.trees import place_of
from twinstack.rendering import module_profile
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec
from twinstack.rendering.renderer import Renderer

ROLE = "lmod"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for all hosts with people, and for all that make the tree."""
    lmod = renderer.site.software.lmod
    if lmod is None:
        raise ValueError(f"{host.name} has the role {ROLE} on a site without modules")
    people, place = has_users(host.host, host.allocation), place_of(renderer.site, lmod.root)
    tree = place.path if place.on(host.name) else None
    profile = "-".join((*(("shells",) if people else ()), *(("tree",) if tree else ())))
    return renderer.role(ROLE, profile, lambda: _spec(renderer, profile, lmod, tree))


def _spec(renderer: Renderer, profile: str, lmod: Lmod, tree: str | None) -> RoleSpec:
    shells = profile.startswith("shells")
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("lmod") if shells else (),
        directories=(Directory(module_profile.core(tree), owner(renderer.site)),) if tree else (),
        files=(*(_shells(renderer, lmod) if shells else ()), *(_modules(renderer, tree) if tree else ())),
    )


def owner(site: Site) -> str:
    """Who installs software, and modules with it."""
    return site.software.spack.owner if site.software.spack else "root"


def _shells(renderer: Renderer, lmod: Lmod) -> Iterator[PlacedFile]:
    for dest, text in module_profile.files(renderer.distribution, lmod.root).items():
        yield renderer.file(dest, f"lmod{dest}", lambda text=text: text)  # type: ignore[misc]


def _modules(renderer: Renderer, tree: str) -> Iterator[PlacedFile]:
    spack = renderer.site.software.spack
    if spack:
        name = f"spack/{spack.version}.lua"
        dest = f"{module_profile.core(tree)}/{name}"
        yield renderer.file(dest, f"lmod/{name}", lambda: module_profile.spack_module(spack.version, spack.root))
