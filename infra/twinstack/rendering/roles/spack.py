"""Role spack: one pinned release on the host that serves its root, compilers where people build, and their targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twinstack.inventory.model import Service, Site, Spack
from twinstack.planning.model import HostPlan
from twinstack.planning.roles import has_users
from twinstack.planning.trees import place_of
from twinstack.rendering import spack_config
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec
from twinstack.rendering.renderer import Renderer

ROLE = "spack"
UPSTREAM = "https://github.com/spack/spack.git"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for hosts that do the same: serve the tree, let people build, run what was built for a target."""
    spack = renderer.site.software.spack
    if spack is None:
        raise ValueError(f"{host.name} has the role {ROLE} on a site without Spack")
    place = place_of(renderer.site, spack.root)
    tree = place.path if place.on(host.name) else None
    people, builds = has_users(host.host, host.allocation), host.runs(Service.LOGIN)
    parts = (("tree", tree), ("build", builds), (host.hardware.target or "any", people))
    profile = "-".join(word for word, here in parts if here)
    return renderer.role(ROLE, profile, lambda: _spec(renderer, host, profile, spack, tree))


def _spec(renderer: Renderer, host: HostPlan, profile: str, spack: Spack, tree: str | None) -> RoleSpec:
    people = has_users(host.host, host.allocation)
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=_packages(renderer, host, tree),
        directories=tuple(Directory(path, spack.owner) for path in (tree, f"{tree}/opt")) if tree else (),
        files=(
            *(_of_site(renderer, spack, tree) if tree else ()),
            *(_of_host(renderer, host, spack) if people else ()),
        ),
        params={"release": release(renderer.site, spack, tree) if tree else None},
    )


def _packages(renderer: Renderer, host: HostPlan, tree: str | None) -> tuple[str, ...]:
    clone = ("git",) if tree and renderer.site.artifacts.sources == "upstream" else ()
    return renderer.distribution.install(*clone, *(("spack-build",) if host.runs(Service.LOGIN) else ()))


def release(site: Site, spack: Spack, tree: str) -> Mapping[str, object]:
    """What is installed where: the tag of the project's repository, or the release's archive from the mirror."""
    common = {"dest": f"{tree}/{spack.version}", "version": spack.version, "owner": spack.owner}
    linked = {"config": {name: f"../../../etc/{name}" for name in spack_config.of_site(site, spack)}}
    if site.artifacts.sources == "upstream":
        return {**common, **linked, "git": UPSTREAM, "archive": None, "sha256": None}
    archive = f"{site.artifacts.sources.rstrip('/')}/spack-{spack.version}.tar.gz"
    return {**common, **linked, "git": None, "archive": archive, "sha256": spack.sha256}


def _of_site(renderer: Renderer, spack: Spack, tree: str) -> Iterator[PlacedFile]:
    """Beside the releases, which link to them: a new release starts with the configuration of the old one."""
    for name, text in spack_config.of_site(renderer.site, spack).items():
        yield _placed(renderer, f"{tree}/etc/{name}", f"spack/site/{name}", text)


def _of_host(renderer: Renderer, host: HostPlan, spack: Spack) -> Iterator[PlacedFile]:
    target = host.hardware.target
    for name, text in spack_config.of_host(spack, target).items():
        yield _placed(renderer, f"{spack_config.SYSTEM}/{name}", f"spack/{target or 'any'}/{name}", text)


def _placed(renderer: Renderer, dest: str, name: str, text: str) -> PlacedFile:
    return renderer.file(dest, name, lambda: text)
