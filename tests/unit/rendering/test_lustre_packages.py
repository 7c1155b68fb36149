from __future__ import annotations

from twinstack.inventory.model import LustreMount
from twinstack.rendering import lustre_packages
from twinstack.rendering.distribution import DEBIAN, REDHAT

URL = "https://mirror.example.org/lustre/2.15.6/client"
PINNED = LustreMount("scratch", "10.0.0.1@tcp", "scratch", "/scratch", "2.15.6", URL)
LOOSE = LustreMount("scratch", "10.0.0.1@tcp", "scratch", "/scratch", None)


def test_the_version_is_pinned_in_each_installers_way() -> None:
    assert lustre_packages.packages(REDHAT, (PINNED,)) == ("kmod-lustre-client-2.15.6", "lustre-client-2.15.6")
    debian = ("lustre-client-modules-dkms=2.15.6-*", "lustre-client-utils=2.15.6-*")
    assert lustre_packages.packages(DEBIAN, (PINNED,)) == debian
    assert lustre_packages.packages(REDHAT, (LOOSE,)) == ("kmod-lustre-client", "lustre-client")


def test_apt_and_dnf_hold_the_client_at_its_version() -> None:
    assert lustre_packages.pin_text(DEBIAN, (LOOSE, PINNED)) == (
        "Package: lustre-client-modules-dkms lustre-client-utils\nPin: version 2.15.6-*\nPin-Priority: 1001\n"
    )
    assert lustre_packages.pin_text(REDHAT, (PINNED,)) is None
    found = lustre_packages.repository(REDHAT, (PINNED,))
    assert found
    assert "\nincludepkgs=kmod-lustre-client-2.15.6*,lustre-client-2.15.6*\n" in found["text"]


def test_a_client_of_any_version_is_not_held() -> None:
    anywhere = LustreMount("scratch", "10.0.0.1@tcp", "scratch", "/scratch", None, URL)
    assert lustre_packages.pin_text(DEBIAN, (anywhere,)) is None
    found = lustre_packages.repository(REDHAT, (anywhere,))
    assert found
    assert "includepkgs" not in found["text"]


def test_only_a_repository_that_the_inventory_names_is_added() -> None:
    for names in (DEBIAN, REDHAT):
        assert lustre_packages.repository(names, (LOOSE,)) is None
        found = lustre_packages.repository(names, (LOOSE, PINNED))
        assert found
        assert URL in found["text"]
