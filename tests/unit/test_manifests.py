from __future__ import annotations

import pytest

from twinstack.manifests import adopted, annotated, items, manifest, name_of, quantity, section, type_of


@pytest.mark.parametrize(
    ("resource", "number", "expected"),
    [
        ("memory", 2**40, "1Ti"),
        ("memory", 1536 * 2**20, "1536Mi"),
        ("memory", 2**30 + 1, "1073741825"),
        ("memory", 0, "0"),
        ("hugepages-2Mi", 2**21, "2Mi"),
        ("cpu", 1024, "1024"),
        ("nvidia.com/gpu", 8, "8"),
    ],
)
def test_quantity(resource: str, number: int, expected: str) -> None:
    assert quantity(resource, number) == expected


def test_objects_of_ours_are_marked() -> None:
    made = manifest("v1", "ConfigMap", "c", namespace="n", labels={"a": "b"}, data={"k": "v"})
    assert made == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "n", "labels": {"app.kubernetes.io/managed-by": "twinstack", "a": "b"}},
        "data": {"k": "v"},
    }


def test_a_charts_object_is_adopted_without_touching_the_rest() -> None:
    found = {"kind": "Service", "metadata": {"name": "s", "labels": {"app.kubernetes.io/managed-by": "Helm", "x": "y"}}}
    assert adopted(found) == {
        "kind": "Service",
        "metadata": {"name": "s", "labels": {"app.kubernetes.io/managed-by": "twinstack", "x": "y"}},
    }
    assert found["metadata"]["labels"]["x"] == "y"  # type: ignore[index]


def test_annotations_are_added_to_those_there_are() -> None:
    found = {"metadata": {"name": "s", "annotations": {"a": "b"}}}
    assert annotated(found, {"c": "d"}) == {"metadata": {"name": "s", "annotations": {"a": "b", "c": "d"}}}


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [
        ("v1", "Node", "kubernetes:core/v1:Node"),
        ("apps/v1", "Deployment", "kubernetes:apps/v1:Deployment"),
        ("kueue.x-k8s.io/v1beta2", "ClusterQueue", "kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue"),
    ],
)
def test_types_are_pulumis(api_version: str, kind: str, expected: str) -> None:
    assert type_of({"apiVersion": api_version, "kind": kind}) == expected


def test_names_tell_namespaces_apart() -> None:
    assert name_of({"metadata": {"name": "default", "namespace": "a"}}) == "a/default"
    assert name_of({"metadata": {"name": "default"}}) == "default"


def test_what_is_not_there_is_empty() -> None:
    assert section({"metadata": None}, "metadata") == {}
    assert items({"list": "text"}, "list") == ()
    assert items({"list": [{"a": 1}, "text"]}, "list") == ({"a": 1},)
