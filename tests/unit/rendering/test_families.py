"""Whole sites as if their hosts ran another distribution: what is placed is where that one looks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit import sites
from twinstack.inventory import defaults
from twinstack.inventory.load import load
from twinstack.inventory.model import OperatingSystem, Site
from twinstack.planning import plan
from twinstack.rendering import render, slurm_paths
from twinstack.rendering.distribution import REDHAT
from twinstack.rendering.model import Directory, HostRole, PlacedFile, Rendering

ROOT = Path(__file__).parents[3]
FILES = {
    "production": ROOT / "stacks" / "production" / "site.yaml",
    "pair": ROOT / "tests" / "sandbox" / "pair" / "site.yaml",
    "aurora": ROOT.parent / "shared" / "contract" / "site.yaml",
}
ROCKY, UBUNTU = OperatingSystem("rocky", "9"), OperatingSystem("ubuntu", "24.04")
DEBIANS_OWN = ("/etc/apt/", "/etc/default/", "/etc/mysql/", "/etc/network/")
# EPEL's package has its settings where Debian's has them (playbooks/roles/node_exporter/README.md).
ALIKE = {REDHAT.paths["node-exporter"]}


@pytest.fixture(scope="module", params=["by hand", *(name for name, path in FILES.items() if path.exists())])
def site(request: pytest.FixtureRequest) -> Site:
    return sites.dual() if request.param == "by hand" else load(FILES[request.param])


def moved(site: Site, system: OperatingSystem) -> Rendering:
    """The site rendered for another distribution, with the release of Slurm that this one has."""
    version = defaults.slurm_version(system)
    return render(plan(replace(site, os=system, slurm=replace(site.slurm, version=version) if site.slurm else None)))


def placed(rendered: Rendering) -> Iterator[tuple[str, PlacedFile | Directory]]:
    for spec in rendered.specs.values():
        yield from ((spec.role, item) for item in (*spec.files, *spec.directories))


def test_nothing_is_placed_where_the_rhel_family_has_nothing(site: Site) -> None:
    found = {item.dest for _, item in placed(moved(site, ROCKY))}
    assert {dest for dest in found if dest.startswith(DEBIANS_OWN)} <= ALIKE


def made_by(role: HostRole) -> set[str]:
    """Accounts that a role makes, each with a group of its name: Slurm's, and those of people."""
    account, users = role.spec.params.get("account"), role.spec.params.get("users")
    one = {str(account["name"])} if isinstance(account, dict) else set()
    return one | (set(users) if isinstance(users, dict) else set())


def test_an_owner_on_the_rhel_family_is_an_account_before_anything_is_its_own(site: Site) -> None:
    rendered = moved(site, ROCKY)
    seen = set()
    for host in rendered.hosts.values():
        there = {"root", "munge", slurm_paths.UID}
        for name, role in host.items():
            there |= made_by(role)
            items = (*role.spec.files, *role.spec.directories)
            owners = {owner for item in items for owner in (item.owner, item.group)}
            assert owners <= there, f"{name}: {owners - there}"
            seen |= owners
    assert "slurm" in seen


def test_every_site_renders_for_ubuntu_with_its_own_settings_in_debians_places(site: Site) -> None:
    rendered = moved(site, UBUNTU)
    found = {(role, item.dest) for role, item in placed(rendered)}
    assert found
    redhats = ("/etc/my.cnf.d/", "/etc/sysconfig/", "/etc/yum.repos.d/")
    assert not {dest for _, dest in found if dest.startswith(redhats)}
    # Ubuntu's networks are networkd's, not ifupdown's (rendering/fabric.py).
    assert not {dest for _, dest in found if dest.startswith("/etc/network/")}
    assert "slurm-packages" not in {role for role, _ in found}
