from __future__ import annotations

import pytest

from twinstack.inventory.defaults import KUBERNETES_MINORS
from twinstack.rendering import kubernetes_versions as versions
from twinstack.toolchain.images import IMAGES


def test_the_images_of_a_release_are_those_that_the_toolchain_makes() -> None:
    made = {image.reference for image in IMAGES}
    assert {*versions.control_plane_images("1.35.4"), *versions.node_images("1.35.4", kube_proxy=True)} <= made


def test_a_control_plane_runs_etcd_beside_kubernetes_own() -> None:
    assert versions.control_plane_images("1.35.4") == (
        "registry.k8s.io/kube-apiserver:v1.35.4",
        "registry.k8s.io/kube-controller-manager:v1.35.4",
        "registry.k8s.io/kube-scheduler:v1.35.4",
        "registry.k8s.io/etcd:3.6.6-0",
    )


def test_nodes_need_no_service_proxy_where_the_network_provider_is_one() -> None:
    assert versions.node_images("1.35.4", kube_proxy=False) == (
        "registry.k8s.io/pause:3.10.1",
        "registry.k8s.io/coredns/coredns:v1.13.1",
    )


def test_packages_are_named_as_upstream_publishes_them() -> None:
    assert versions.package_version("1.35.4") == "1.35.4-1.1"


def test_an_unknown_release_says_which_are_known() -> None:
    with pytest.raises(versions.UnknownReleaseError, match=r"Kubernetes 1\.12\.0 is not known; known are .*1\.35"):
        versions.release_of("1.12.0")


def test_the_inventory_accepts_just_the_releases_of_the_table() -> None:
    assert set(versions.RELEASES) == set(KUBERNETES_MINORS)
