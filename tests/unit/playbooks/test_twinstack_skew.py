from __future__ import annotations

import pytest

from playbooks.plugins.module_utils import twinstack_skew as skew


@pytest.mark.parametrize(("old", "new"), [("1.35.4", "1.35.4"), ("1.35.1", "1.35.4"), ("1.34.9", "1.35.0")])
def test_patches_and_the_next_minor_version_may_follow(old: str, new: str) -> None:
    assert skew.step(old, new) == []


@pytest.mark.parametrize(("old", "new"), [("1.35.4", "1.35.3"), ("1.35.0", "1.34.9")])
def test_nothing_older_may_follow(old: str, new: str) -> None:
    assert skew.step(old, new) == [
        f"the cluster runs {old}, and Kubernetes does not go back to {new}: correct kubernetes.version"
    ]


def test_a_skipped_minor_version_is_named() -> None:
    [said] = skew.step("1.33.6", "1.35.4")
    assert said.startswith(
        "from 1.33.6 to 1.35.4 skips a minor version: set kubernetes.version to a 1.34 version first"
    )


def test_kubelets_are_at_most_three_minor_versions_older() -> None:
    kubelets = {"n1": "v1.31.9", "n2": "v1.32.0", "n3": "v1.35.4", "gpu1": "kwok-v0.7.0"}
    [said] = skew.too_old(kubelets, "1.35.4")
    assert said.startswith("the kubelet of n1 is v1.31.9, and API servers of 1.35.4 serve none before 1.32")


def test_no_kubelet_is_newer_than_any_api_server() -> None:
    [said] = skew.behind({"c1": "v1.35.4", "c2": "v1.34.4"}, "1.35.4")
    assert said.startswith("the API server of c2 is v1.34.4, and no kubelet may be newer")
    assert skew.behind({"c1": "v1.35.4"}, "1.34.4") == []
