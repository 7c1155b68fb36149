from __future__ import annotations

import pytest

from twinstack.inventory.model import OperatingSystem
from twinstack.rendering.distribution import DEBIAN, FAMILIES, REDHAT, distribution_of


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_every_distribution_knows_every_word(name: str) -> None:
    found = distribution_of(OperatingSystem(name, "9"))
    assert found.packages.keys() == DEBIAN.packages.keys()
    assert found.units.keys() == DEBIAN.units.keys()
    assert found.paths.keys() == DEBIAN.paths.keys()


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_the_inventory_and_the_table_agree_on_families(name: str) -> None:
    system = OperatingSystem(name, "9")
    assert distribution_of(system).family == system.family


def test_no_package_conflicts_with_what_minimal_systems_of_the_rhel_family_have() -> None:
    assert "curl" not in {name for names in REDHAT.packages.values() for name in names}


def test_packages_are_sorted_and_each_once() -> None:
    assert REDHAT.install("nfs-server", "nfs-client") == ("nfs-utils",)
    assert DEBIAN.install("slurm-compute", "munge") == ("munge", "slurmd")


def test_versions_are_written_as_the_installer_takes_them() -> None:
    assert DEBIAN.pinned("kubeadm", "1.35.4-1.1") == ("kubeadm=1.35.4-1.1",)
    assert REDHAT.pinned("kubeadm", "1.35.4") == ("kubeadm-1.35.4",)
