from __future__ import annotations

from typing import Any

from tests.unit.tenancy.plans import GIB, GPU, Planned, pool, project, sandbox
from twinstack.tenancy import namespaces


def labels(made: Any) -> dict[str, str]:
    found: dict[str, str] = made["metadata"]["labels"]
    return found


def test_pod_security_is_pinned_to_the_version_that_runs() -> None:
    made = labels(namespaces.namespace(project("climate"), "1.35.4"))
    assert made["pod-security.kubernetes.io/enforce"] == "baseline"
    assert made["pod-security.kubernetes.io/enforce-version"] == "v1.35"
    assert made["twinstack.io/project"] == "climate"
    assert made["app.kubernetes.io/managed-by"] == "twinstack"


def test_who_may_not_borrow_is_held_to_the_quota() -> None:
    plan = sandbox()
    assert namespaces.hard(plan, plan.site.projects["genomics"]) == {
        "requests.cpu": "2",
        "requests.memory": "1Gi",
        f"requests.{GPU}": "8",
    }


def test_who_may_borrow_is_held_to_what_all_projects_have() -> None:
    plan = sandbox()
    assert namespaces.hard(plan, plan.site.projects["climate"]) == {
        "requests.cpu": "5",
        "requests.memory": "3Gi",
        f"requests.{GPU}": "24",
    }


def test_a_resource_that_the_quota_does_not_name_is_not_free() -> None:
    plan = Planned().host("g1", pool("g"), gpus=8).tenant("a", cpu=1, memory=GIB).build()
    assert namespaces.hard(plan, plan.site.projects["a"])[f"requests.{GPU}"] == "0"


def test_administrators_administer_and_users_edit() -> None:
    admins, users = namespaces.role_bindings(project("climate", admins=("ana", "dee"), users=("bo",)))
    assert (admins["roleRef"], users["roleRef"]) == (
        {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
        {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"},
    )
    assert [subject["name"] for subject in admins["subjects"]] == ["ana", "dee"]  # type: ignore[attr-defined]


def test_nobody_is_bound_where_there_is_nobody() -> None:
    assert [found["metadata"]["name"] for found in namespaces.role_bindings(project("a", admins=()))] == ["users"]  # type: ignore[index]


def test_every_object_is_in_the_project_and_the_namespace_comes_first() -> None:
    plan = sandbox()
    first, *rest = namespaces.objects(plan, plan.site.projects["climate"], "1.35.4")
    assert first["kind"] == "Namespace"
    assert [found["kind"] for found in rest] == ["ResourceQuota", "LimitRange", "RoleBinding", "RoleBinding"]
    assert {found["metadata"]["namespace"] for found in rest} == {"climate"}  # type: ignore[index]
