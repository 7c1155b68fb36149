from __future__ import annotations

from policies.project_quota import judge
from policies.seen import Resource
from tests.policies.shown import SITE, in_cluster

LABELLED = in_cluster("core/v1:Namespace", "new", labels={"twinstack.io/project": "new"})
NAMED = in_cluster("core/v1:Namespace", "climate")


def quota(namespace: str, **hard: str) -> Resource:
    return in_cluster("core/v1:ResourceQuota", "project", namespace, spec={"hard": hard})


def test_projects_are_known_by_label_and_by_name() -> None:
    found = list(judge([LABELLED, NAMED, in_cluster("core/v1:Namespace", "kueue-system")], SITE))
    assert [violation.text.split()[1] for violation in found] == ["new", "climate"]
    assert [violation.urn for violation in found] == ["urn:new", "urn:climate"]


def test_a_quota_bounds_its_own_namespace_only() -> None:
    (violation,) = judge([LABELLED, NAMED, quota("climate", **{"requests.cpu": "1"})], SITE)
    assert violation.text == "Namespace new is a project's namespace without a ResourceQuota."


def test_a_quota_without_limits_bounds_nothing() -> None:
    assert list(judge([NAMED, quota("climate")], SITE))
