"""Projects and people: they exist, and numbers stand for one person."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Project, Site
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import rule
from twinstack.inventory.wording import did_you_mean


@rule("projects.*.members", "identity.users.*")
def members(site: Site) -> Iterator[Finding]:
    """Members are users of the site."""
    for project in site.projects.values():
        yield from _members(site, project)


def _members(site: Site, project: Project) -> Iterator[Finding]:
    for role, names in (("admins", project.admins), ("users", project.users)):
        for index, name in enumerate(names):
            if name not in site.users:
                place = ("projects", project.name, "members", role, index)
                hint = did_you_mean(name, site.users) if site.users else f"identity.users: {{{name}: {{uid: 20001}}}}"
                yield Finding(place, f"there is no user {name}", hint)


@rule("identity.users")
def uids(site: Site) -> Iterator[Finding]:
    """A uid stands for one person: it is who owns files."""
    first: dict[int, str] = {}
    for user in site.users.values():
        other = first.setdefault(user.uid, user.name)
        if other != user.name:
            yield Finding(("identity", "users", user.name, "uid"), f"{user.uid} is {other}'s", "a uid for each user")


@rule("projects.*.slurm", "slurm.qos.*")
def qos(site: Site) -> Iterator[Finding]:
    """A project's QOS exist."""
    known = site.slurm.qos if site.slurm else {}
    for project in site.projects.values():
        for index, name in enumerate(project.qos):
            if name not in known:
                place = ("projects", project.name, "slurm", "qos", index)
                yield Finding(place, f"there is no QOS {name}", did_you_mean(name, known))
