from __future__ import annotations

from typing import Any

import pytest

from policies.no_privileged_projects import ENFORCE, judge
from tests.policies.shown import SITE, in_cluster, pod

CONTAINER = {"name": "main", "image": "i:1"}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"hostNetwork": True}, "sets hostNetwork"),
        ({"hostPID": True}, "sets hostPID"),
        ({"hostIPC": True}, "sets hostIPC"),
        ({"volumes": [{"name": "v", "hostPath": {"path": "/etc"}}]}, "mounts the host's /etc"),
        ({"initContainers": [{"name": "i", "securityContext": {"privileged": True}}]}, "runs container i privileged"),
    ],
)
def test_ways_out_of_a_container(spec: dict[str, Any], expected: str) -> None:
    (violation,) = judge(pod(CONTAINER, **spec), SITE)
    assert violation.text == f"Pod climate/p in a project's namespace {expected}."


def test_a_plain_pod_is_fine() -> None:
    spec = {"hostNetwork": False, "volumes": [{"name": "v", "emptyDir": {}}]}
    assert not list(judge(pod(CONTAINER, **spec), SITE))


def test_the_platform_may() -> None:
    spec = {"template": {"spec": {"containers": [CONTAINER], "hostNetwork": True}}}
    assert not list(judge(in_cluster("apps/v1:DaemonSet", "proxy", "kube-system", spec=spec), SITE))


def test_a_label_makes_it_a_projects_too() -> None:
    labels = {"twinstack.io/project": "new"}
    spec = {"containers": [CONTAINER], "hostPID": True}
    assert list(judge(in_cluster("core/v1:Pod", "p", "new", labels=labels, spec=spec), SITE))


@pytest.mark.parametrize(
    ("level", "fine"), [("baseline", True), ("restricted", True), ("privileged", False), (None, False)]
)
def test_the_level_of_a_projects_namespace(level: str | None, fine: bool) -> None:  # noqa: FBT001
    labels = {ENFORCE: level} if level else {}
    assert list(judge(in_cluster("core/v1:Namespace", "climate", labels=labels), SITE)) == [] or not fine
    assert bool(list(judge(in_cluster("core/v1:Namespace", "climate", labels=labels), SITE))) is not fine


def test_other_namespaces_need_no_level() -> None:
    assert not list(judge(in_cluster("core/v1:Namespace", "kueue-system"), SITE))
