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


def test_packages_are_sorted_and_each_once() -> None:
    assert REDHAT.install("nfs-server", "nfs-client") == ("nfs-utils",)
    assert DEBIAN.install("slurm-compute", "munge") == ("munge", "slurmd")


def test_versions_are_written_as_the_installer_takes_them() -> None:
    assert DEBIAN.pinned("kubeadm", "1.35.4-1.1") == ("kubeadm=1.35.4-1.1",)
    assert REDHAT.pinned("kubeadm", "1.35.4") == ("kubeadm-1.35.4",)
