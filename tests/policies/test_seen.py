from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pulumi_policy.proxy import unknown_checking_proxy

from policies.pods import containers, pods
from policies.seen import SITE, Site, items, known
from tests.policies.shown import in_cluster, shown
from twinstack.rulebook import HA_CONTROL_PLANE, PINNED_VERSIONS, Level

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
TODAY = date(2030, 5, 17)


def test_what_a_preview_cannot_know_is_as_good_as_absent() -> None:
    props: Any = unknown_checking_proxy({"a": {"b": UNKNOWN, "c": 1}, "list": [UNKNOWN, 2]})
    assert known(props, "a", "b") is None
    assert known(props, "a", "c") == 1
    assert list(items(props, "list")) == [2]


def test_until_the_site_was_shown_rules_hold_at_their_own_level() -> None:
    assert Site().level(PINNED_VERSIONS, TODAY) is Level.ENFORCED
    assert Site().level(HA_CONTROL_PLANE, TODAY) is Level.ADVISORY


def test_the_sites_choice_holds() -> None:
    off = {"level": "off", "until": "2030-05-18"}
    site = Site.of(shown(SITE, "s", policy={"pinned-versions": off}, projects=["climate"], kubernetesVersion="1.35.4"))
    assert site.level(PINNED_VERSIONS, TODAY) is Level.OFF
    assert site.level(PINNED_VERSIONS, date(2030, 5, 18)) is Level.ENFORCED
    assert (site.projects, site.kubernetes_version) == (frozenset({"climate"}), "1.35.4")


def test_objects_are_called_as_kubectl_calls_them() -> None:
    assert in_cluster("apps/v1:Deployment", "web", "climate").title == "Deployment climate/web"
    assert in_cluster("core/v1:Node", "gpu1").title == "Node gpu1"
    assert shown("twinstack:index:Host", "cpu1").title == "Host cpu1"


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        pytest.param("core/v1:Pod", {"containers": [{"name": "c"}]}, id="pod"),
        pytest.param("batch/v1:Job", {"template": {"spec": {"containers": [{"name": "c"}]}}}, id="job"),
        pytest.param(
            "kubeflow.org/v2beta1:MPIJob",
            {"mpiReplicaSpecs": {"Worker": {"template": {"spec": {"containers": [{"name": "c"}]}}}}},
            id="kind-of-an-operator",
        ),
        pytest.param("x/v1:X", {"groups": [{"template": {"spec": {"containers": [{"name": "c"}]}}}]}, id="in-a-list"),
    ],
)
def test_pods_are_found_in_any_kind(kind: str, spec: dict[str, Any]) -> None:
    (pod,) = pods(in_cluster(kind, "x", spec=spec))
    assert [container.name for container in containers(pod)] == ["c"]


def test_a_schema_that_speaks_of_containers_has_none() -> None:
    assert not list(
        pods(in_cluster("apiextensions.k8s.io/v1:CustomResourceDefinition", "x", spec={"containers": [{}]}))
    )


def test_containers_of_every_kind_are_seen() -> None:
    pod = {"containers": [{"name": "b"}], "initContainers": [{"name": "a"}], "ephemeralContainers": [{"name": "c"}]}
    assert [container.name for container in containers(pod)] == ["a", "b", "c"]
