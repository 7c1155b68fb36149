from __future__ import annotations

import pytest

from tests.unit import sites
from twinstack.inventory.model import NfsMount, Site
from twinstack.planning import plan
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import users


def site_with(*mounts: NfsMount) -> Site:
    return sites.site(
        [sites.host("nfs"), sites.host("a")],
        storage=sites.storage(nfs=mounts),
        projects=(sites.project("climate", "bo", "ana"),),
    )


@pytest.mark.parametrize(
    ("mount", "at_server", "elsewhere"),
    [
        (NfsMount("home", "nfs", "/srv/home", "/home", ()), "/srv/home", None),
        (NfsMount("all", "nfs", "/srv", "/", ()), "/srv/home", None),
        (NfsMount("work", "nfs", "/srv/work", "/work", ()), "/home", "/home"),
        (NfsMount("home", "filer.example", "/vol/home", "/home", ()), None, None),
        (NfsMount("one", "nfs", "/srv/ana", "/home/ana", ()), "/home", "/home"),
    ],
)
def test_homes_are_made_where_they_lie(mount: NfsMount, at_server: str | None, elsewhere: str | None) -> None:
    site = site_with(mount)
    assert (users.homes_of(site, "nfs"), users.homes_of(site, "a")) == (at_server, elsewhere)


def test_the_innermost_mount_holds_the_homes() -> None:
    outer, inner = NfsMount("all", "nfs", "/srv", "/", ()), NfsMount("home", "a", "/export", "/home", ())
    assert users.homes_of(site_with(outer, inner), "a") == "/export"
    assert users.homes_of(site_with(outer, inner), "nfs") is None


def test_people_and_groups_have_their_numbers() -> None:
    renderer = Renderer(plan(site_with()))
    params = users.render(renderer, renderer.plan.hosts["a"]).spec.params
    assert params == {
        "users": {"ana": 20001, "bo": 20002},
        "groups": {"climate": {"gid": 42023, "members": ["ana", "bo"]}},
        "homes": "/home",
    }


def test_only_the_server_differs() -> None:
    renderer = Renderer(plan(sites.dual()))
    profiles = {host.name: users.render(renderer, host).spec.profile for host in renderer.plan.hosts.values()}
    assert profiles.pop("head") == "homes-srv-home"
    assert set(profiles.values()) == {"accounts"}
