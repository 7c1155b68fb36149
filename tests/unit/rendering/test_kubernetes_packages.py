from __future__ import annotations

from twinstack.inventory.model import Artifacts
from twinstack.rendering import kubernetes_packages
from twinstack.rendering.distribution import DEBIAN, REDHAT

UPSTREAM = Artifacts(charts="upstream", images="upstream")


def test_packages_are_at_the_planned_version() -> None:
    found = kubernetes_packages.packages(DEBIAN, "1.35.4")
    assert {"kubeadm=1.35.4-1.1", "kubectl=1.35.4-1.1", "kubelet=1.35.4-1.1", "conntrack"} <= set(found)
    assert "kubelet-1.35.4" in kubernetes_packages.packages(REDHAT, "1.35.4")


def test_an_upgrade_of_the_system_leaves_them_where_they_are() -> None:
    text = kubernetes_packages.pin_text(DEBIAN, "1.35.4")
    assert text == "Package: kubeadm kubelet kubectl\nPin: version 1.35.4-1.1\nPin-Priority: 1001\n"
    assert kubernetes_packages.pin_text(REDHAT, "1.35.4") is None


def test_upstreams_repository_is_that_of_the_minor_version() -> None:
    found = kubernetes_packages.repository(DEBIAN, UPSTREAM, "1.35.4")
    assert found is not None
    assert found["key"] == "https://pkgs.k8s.io/core:/stable:/v1.35/deb/Release.key"
    assert f"Signed-By: {found['keyring']}" in found["text"]


def test_red_hats_family_has_its_own_repository_and_key() -> None:
    found = kubernetes_packages.repository(REDHAT, UPSTREAM, "1.35.4")
    assert found is not None
    assert found["key"].endswith("/v1.35/rpm/repodata/repomd.xml.key")
    assert f"gpgkey=file://{found['keyring']}" in found["text"]
    assert found["dest"].startswith("/etc/yum.repos.d/")
    assert "includepkgs=kubeadm-1.35.4*,kubelet-1.35.4*,kubectl-1.35.4*,cri-tools*" in found["text"]


def test_a_site_with_a_mirror_has_its_packages_from_there() -> None:
    mirrored = Artifacts(charts="upstream", images="/opt/images")
    assert kubernetes_packages.repository(DEBIAN, mirrored, "1.35.4") is None
