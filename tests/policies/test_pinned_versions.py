from __future__ import annotations

import json

import pytest

from policies.pinned_versions import judge, pinned
from policies.seen import Resource
from tests.policies.shown import SITE, pod, shown


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nginx", False),
        ("nginx:latest", False),
        ("registry.example:5000/nginx", False),
        ("nginx:stable", False),
        ("nginx@sha256:" + "0" * 64, True),
        ("nginx:1.27.3", True),
        ("registry.example:5000/team/nginx:v1", True),
        ("busybox:1.36", True),
    ],
)
def test_images(image: str, expected: bool) -> None:  # noqa: FBT001
    assert pinned(image) is expected


def test_an_image_that_moves_is_told_with_its_container() -> None:
    (violation,) = judge(pod({"name": "main", "image": "nginx:latest"}, {"name": "ok", "image": "nginx:1.27"}), SITE)
    assert violation.text == "Pod climate/p has container main of image nginx:latest."


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        pytest.param(
            shown("kubernetes:helm.sh/v3:Release", "r", chart="kueue"),
            ["takes chart kueue"],
            id="release-without-version",
        ),
        pytest.param(
            shown("kubernetes:helm.sh/v4:Chart", "c", chart="kueue", version="^0.19"), ["^0.19"], id="chart-by-range"
        ),
        pytest.param(shown("kubernetes:helm.sh/v4:Chart", "c", chart="kueue", version="v0.19.2"), [], id="exact-chart"),
        pytest.param(
            shown("twinstack:index:Component", "k", chart="kueue", version="0.19"), ["version 0.19."], id="component"
        ),
        pytest.param(shown("twinstack:index:Component", "kwok"), [], id="component-without-chart"),
        pytest.param(shown("twinstack:index:Site", "s", kubernetesVersion="1.35"), ["version 1.35."], id="kubernetes"),
        pytest.param(shown("twinstack:index:Site", "s", kubernetesVersion=""), [], id="no-kubernetes"),
    ],
)
def test_charts_and_kubernetes(resource: Resource, expected: list[str]) -> None:
    found = [violation.text for violation in judge(resource, SITE)]
    assert len(found) == len(expected)
    assert all(part in text for part, text in zip(expected, found, strict=True))


def test_host_packages_of_kubernetes_carry_their_version() -> None:
    text = json.dumps({"packages": ["munge", "kubelet", "kubeadm=1.35.4-1.1", "kubectl-1.35.4"]})
    (violation,) = judge(shown("twinstack:index:Artefact", "roles/kubernetes-worker/all.json", text=text), SITE)
    assert "package kubelet at any version" in violation.text


def test_an_artefact_that_is_no_manifest_is_left_alone() -> None:
    assert not list(judge(shown("twinstack:index:Artefact", "slurm/slurm.conf", text="kubelet"), SITE))
