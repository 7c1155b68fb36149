from __future__ import annotations

import pytest

from tests.unit import sites
from tests.unit.rendering.test_slurm_packages import SITE
from twinstack.inventory.defaults import SLURM_RELEASES
from twinstack.rendering.distribution import DEBIAN
from twinstack.rendering.slurm_upgrades import parameters, supported_from

# slurm.schedmd.com/upgrades.html, "Compatibility Window".
PUBLISHED = {
    "23.02": "22.05 21.08",
    "23.11": "23.02 22.05",
    "24.05": "23.11 23.02",
    "24.11": "24.05 23.11 23.02",
    "25.05": "24.11 24.05 23.11",
}


@pytest.mark.parametrize("release", PUBLISHED)
def test_a_release_takes_over_from_those_that_slurm_names(release: str) -> None:
    assert set(supported_from(release)) == {release, *PUBLISHED[release].split()}


@pytest.mark.parametrize("release", SLURM_RELEASES)
def test_every_release_of_an_inventory_has_others_before_it(release: str) -> None:
    assert len(supported_from(release)) >= 3


def test_a_site_that_names_no_version_never_moves() -> None:
    assert parameters(DEBIAN, sites.slurm("a")) == {}


def test_a_role_learns_where_to_and_where_from() -> None:
    found = parameters(DEBIAN, sites.slurm("a", version="24.11", packages=SITE))["upgrade"]
    assert isinstance(found, dict)
    assert found["version"] == "24.11.5-1"
    assert found["supported"] == ["23.02", "23.11", "24.05", "24.11"]
    assert "slurmdbd" in found["packages"]
