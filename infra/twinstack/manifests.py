"""Kubernetes objects as plain documents, and the names that all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

Manifest: TypeAlias = dict[str, object]
"""A Kubernetes object as the API server takes it."""

MANAGED_BY = "app.kubernetes.io/managed-by"
PROJECT = "twinstack.io/project"

_UNITS = tuple((f"{letter}i", 2 ** (10 * power)) for power, letter in zip(range(5, 0, -1), "PTGMK", strict=True))


def manifest(
    api_version: str,
    kind: str,
    name: str,
    *,
    namespace: str | None = None,
    labels: Mapping[str, str] | None = None,
    **body: object,
) -> Manifest:
    """An object of ours; `body` are its top-level fields beside metadata."""
    metadata: Manifest = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    metadata["labels"] = {MANAGED_BY: "twinstack", **(labels or {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}


def adopted(found: Mapping[str, object]) -> Manifest:
    """A chart's object, labelled as managed by us."""
    metadata = section(found, "metadata")
    labels = {**section(metadata, "labels"), MANAGED_BY: "twinstack"}
    return {**found, "metadata": {**metadata, "labels": labels}}


def annotated(document: Mapping[str, object], annotations: Mapping[str, str]) -> Manifest:
    """An object with further annotations."""
    metadata = section(document, "metadata")
    return {**document, "metadata": {**metadata, "annotations": {**section(metadata, "annotations"), **annotations}}}


def section(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    """A mapping inside a document; empty where there is none."""
    found = document.get(key)
    return found if isinstance(found, Mapping) else {}


def items(document: Mapping[str, object], key: str) -> tuple[Mapping[str, object], ...]:
    """The mappings of a list inside a document; empty where there is none."""
    found = document.get(key)
    if isinstance(found, str) or not isinstance(found, Iterable):
        return ()
    return tuple(item for item in found if isinstance(item, Mapping))


def name_of(document: Mapping[str, object]) -> str:
    """An object's name, with its namespace before it where it has one."""
    metadata = section(document, "metadata")
    name = str(metadata.get("name", ""))
    namespace = metadata.get("namespace")
    return f"{namespace}/{name}" if namespace else name


def type_of(document: Mapping[str, object]) -> str:
    """The Pulumi type of an object: the core group has no name in Kubernetes and `core` in Pulumi."""
    version = str(document["apiVersion"])
    group = version if "/" in version else f"core/{version}"
    return f"kubernetes:{group}:{document['kind']}"


def size(number: int) -> str:
    """Bytes as a Kubernetes quantity in the largest binary unit that divides them."""
    for unit, factor in _UNITS:
        if number and number % factor == 0:
            return f"{number // factor}{unit}"
    return str(number)


def quantity(resource: str, number: int) -> str:
    """Whole units of a resource as a Kubernetes quantity; memory and storage are bytes."""
    return (
        size(number)
        if resource in {"memory", "ephemeral-storage"} or resource.startswith("hugepages-")
        else str(number)
    )
