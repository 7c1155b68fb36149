"""Role users: the people of the site and a group for each project, with the same numbers everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from twinstack.inventory.model import NfsMount, Site
from twinstack.planning.identity import project_gids
from twinstack.planning.model import HostPlan
from twinstack.rendering.model import HostRole, RoleSpec
from twinstack.rendering.renderer import Renderer

ROLE = "users"
HOME = PurePosixPath("/home")


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """Accounts are the same on every host; only where home directories are made differs."""
    homes = homes_of(renderer.site, host.name)
    profile = "accounts" if homes is None else "homes-" + homes.strip("/").replace("/", "-")
    return renderer.role(ROLE, profile, lambda: _spec(renderer.site, profile, homes))


def homes_of(site: Site, host: str) -> str | None:
    """The directory in which a host makes home directories, None where another host does.

    A shared /home is filled at the export, on the host that serves it; without one each host has its own.
    """
    covering = _covering(site)
    if covering is None:
        return str(HOME)
    below = HOME.relative_to(covering.mount)
    return str(PurePosixPath(covering.export) / below) if covering.server == host else None


def _covering(site: Site) -> NfsMount | None:
    """The NFS mount under which /home lies, the innermost one."""
    mounts = [mount for mount in site.storage.nfs if HOME.is_relative_to(mount.mount)]
    return max(mounts, key=lambda mount: len(mount.mount), default=None)


def _spec(site: Site, profile: str, homes: str | None) -> RoleSpec:
    return RoleSpec(
        role=ROLE,
        profile=profile,
        params={"users": _users(site), "groups": _groups(site), "homes": homes},
    )


def _users(site: Site) -> Mapping[str, int]:
    return {name: user.uid for name, user in sorted(site.users.items())}


def _groups(site: Site) -> Mapping[str, Mapping[str, object]]:
    gids = project_gids(site.projects)
    return {name: {"gid": gids[name], "members": sorted(project.members)} for name, project in site.projects.items()}
