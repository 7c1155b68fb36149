"""Pods in objects of any kind: of workloads that Kubernetes brings, and of those that operators add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.seen import Resource, items, known, mapping

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
# Their schemas speak of containers without having any.
_WITHOUT_PODS = frozenset({"CustomResourceDefinition", "ConfigMap", "Secret"})


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod."""

    name: str
    document: Mapping[str, object]

    @property
    def image(self) -> str | None:
        """Its image; None while a preview cannot know it."""
        found = known(self.document, "image")
        return found if isinstance(found, str) else None

    @property
    def privileged(self) -> bool:
        """Whether it is root on the host."""
        return known(self.document, "securityContext", "privileged") is True


def pods(resource: Resource) -> Iterator[Mapping[str, object]]:
    """The specification of every pod that an object makes."""
    if resource.in_kubernetes and resource.kind not in _WITHOUT_PODS:
        yield from _pods(mapping(resource.props, "spec"))


def containers(pod: Mapping[str, object]) -> Iterator[Container]:
    """Every container of a pod, those that run before others first."""
    for kind in _CONTAINERS:
        for document in items(pod, kind):
            if isinstance(document, Mapping):
                yield Container(str(known(document, "name") or "?"), document)


def _pods(document: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    if any(isinstance(found, Mapping) for found in items(document, "containers")):
        yield document
        return
    for key in document:
        value = known(document, key)
        if isinstance(value, Mapping):
            yield from _pods(value)
            continue
        for item in items(document, key):
            if isinstance(item, Mapping):
                yield from _pods(item)
