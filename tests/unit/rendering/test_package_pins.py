from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twinstack.inventory.load import load
from twinstack.inventory.model import OperatingSystem, Site
from twinstack.planning import plan
from twinstack.rendering import package_pins, render
from twinstack.rendering.distribution import DEBIAN, REDHAT, Distribution, distribution_of

STACKS = Path(__file__).resolve().parents[3] / "stacks"


@pytest.mark.parametrize(
    ("names", "package", "name", "version"),
    [
        (DEBIAN, "munge", "munge", ""),
        (DEBIAN, "kubelet=1.35.4-1.1", "kubelet", "1.35.4-1.1"),
        (DEBIAN, "lustre-client-utils=2.15.5-*", "lustre-client-utils", "2.15.5-*"),
        (REDHAT, "munge", "munge", ""),
        (REDHAT, "kubelet-1.35.4", "kubelet", "1.35.4"),
        (REDHAT, "slurm-slurmd", "slurm-slurmd", ""),
        (REDHAT, "slurm-24.05.3", "slurm", "24.05.3"),
        (REDHAT, "slurm-slurmd-24.05.3", "slurm-slurmd", "24.05.3"),
        (REDHAT, "slurm-slurmd-ohpc-24.05.3-1.el9", "slurm-slurmd-ohpc", "24.05.3-1.el9"),
        (REDHAT, "kmod-lustre-client-2.15.5", "kmod-lustre-client", "2.15.5"),
        (REDHAT, "python3-dnf-plugin-versionlock", "python3-dnf-plugin-versionlock", ""),
        (REDHAT, "unheard-of-1.0", "unheard-of-1.0", ""),
    ],
)
def test_a_pin_is_read_by_the_names_that_there_are(names: Distribution, package: str, name: str, version: str) -> None:
    assert package_pins.unpinned(names, package) == (name, version)


@pytest.mark.parametrize("names", [DEBIAN, REDHAT], ids=lambda names: names.family)
def test_every_name_comes_back_from_its_pin(names: Distribution) -> None:
    for name in package_pins.known(names.family):
        assert package_pins.unpinned(names, names.pin.format(name=name, version="1.2.3")) == (name, "1.2.3")


def site(stack: str, system: OperatingSystem) -> Site:
    return replace(load(STACKS / stack / "site.yaml"), os=system)


@pytest.mark.parametrize("stack", ["sandbox", "lab", "production"])
@pytest.mark.parametrize("system", [OperatingSystem("debian", "12"), OperatingSystem("rocky", "9")], ids=str)
def test_every_package_of_a_site_is_one_of_the_known_names(stack: str, system: OperatingSystem) -> None:
    planned = site(stack, system)
    names = distribution_of(planned.os)
    packages = {package for spec in render(plan(planned)).specs.values() for package in spec.packages}
    assert {package_pins.unpinned(names, package)[0] for package in packages} <= package_pins.known(names.family)
