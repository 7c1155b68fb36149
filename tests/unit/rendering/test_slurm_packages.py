from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit import sites
from twinstack.inventory.model import SlurmPackages
from twinstack.rendering import slurm_packages
from twinstack.rendering.distribution import DEBIAN, REDHAT

SITE = SlurmPackages(
    version="24.11.5-1",
    naming="schedmd",
    repository="https://packages.example.org/slurm/",
    suite="./",
    components=(),
    key="-----BEGIN",
)
DISTRIBUTION = replace(SITE, version="22.05.8-4+deb12u3", naming="distribution", repository=None, key=None)
WORDS = {word for word in DEBIAN.packages if word.startswith("slurm-")}


def test_the_distributions_packages_are_taken_as_they_come_unless_a_version_is_named() -> None:
    assert slurm_packages.of_site(DEBIAN, sites.slurm("a")) == DEBIAN
    assert slurm_packages.of_site(DEBIAN, None) == DEBIAN


def test_the_distributions_packages_may_be_held_at_a_version() -> None:
    found = slurm_packages.of_site(DEBIAN, sites.slurm("a", packages=DISTRIBUTION))
    assert found.install("slurm-compute", "munge") == ("munge", "slurmd=22.05.8-4+deb12u3")


@pytest.mark.parametrize(("names", "naming"), [(DEBIAN, "schedmd"), (REDHAT, "schedmd"), (REDHAT, "openhpc")])
def test_every_word_has_a_name_in_every_naming(names: slurm_packages.Distribution, naming: str) -> None:
    assert set(slurm_packages.words(naming, names)) == WORDS


def test_schedmds_packages_bring_what_they_share_at_the_same_version() -> None:
    found = slurm_packages.of_site(DEBIAN, sites.slurm("a", packages=SITE))
    assert found.install("slurm-accounting") == ("slurm-smd-slurmdbd=24.11.5-1", "slurm-smd=24.11.5-1")


def test_openhpcs_are_called_after_it() -> None:
    found = slurm_packages.of_site(REDHAT, sites.slurm("a", packages=replace(SITE, naming="openhpc")))
    assert found.install("slurm-controller") == ("slurm-ohpc-24.11.5-1", "slurm-slurmctld-ohpc-24.11.5-1")


def test_whatever_is_installed_is_known_by_one_of_its_names() -> None:
    assert {"slurmd", "slurm-smd-slurmd", "slurm-client"} <= set(slurm_packages.every_name("debian"))
    assert {"slurm-slurmd", "slurm-slurmd-ohpc"} <= set(slurm_packages.every_name("redhat"))


def test_a_program_that_another_naming_left_behind_never_counts() -> None:
    assert "slurmrestd" not in slurm_packages.every_name("debian")


def test_no_other_upgrade_moves_a_package_of_slurms() -> None:
    text = slurm_packages.pin_text(DEBIAN, DISTRIBUTION)
    assert text == "Package: src:slurm-wlm\nPin: version 22.05.8-4+deb12u3\nPin-Priority: 1001\n"
    assert "src:slurm-smd" in slurm_packages.pin_text(DEBIAN, SITE)
    assert "slurm-slurmd-0:24.11.5-1.*\n" in slurm_packages.pin_text(REDHAT, SITE)


def test_a_flat_repository_of_the_site_is_signed() -> None:
    assert slurm_packages.repository_text(DEBIAN, SITE) == (
        "Types: deb\nURIs: https://packages.example.org/slurm/\nSuites: ./\n"
        "Signed-By: /etc/apt/keyrings/twinstack-slurm.asc\n"
    )
    text = slurm_packages.repository_text(REDHAT, SITE)
    assert "gpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/twinstack-slurm.asc\n" in text


def test_a_directory_of_the_hosts_needs_no_signature_and_a_suite_has_components() -> None:
    local = replace(SITE, repository="file:/srv/slurm", key=None)
    assert slurm_packages.repository_text(DEBIAN, local).endswith("Suites: ./\nTrusted: yes\n")
    suite = replace(SITE, suite="bookworm", components=("main", "contrib"))
    assert "Suites: bookworm\nComponents: main contrib\nSigned-By" in slurm_packages.repository_text(DEBIAN, suite)
