"""What projects run stays inside its containers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.pods import containers, pods
from policies.seen import Resource, Site, Violation, items, known
from twinstack.rulebook import NO_PRIVILEGED_PROJECTS

RULE = NO_PRIVILEGED_PROJECTS

ENFORCE = "pod-security.kubernetes.io/enforce"
SAFE = frozenset({"baseline", "restricted"})
HOST_NAMESPACES = ("hostNetwork", "hostPID", "hostIPC")


def judge(resource: Resource, site: Site) -> Iterator[Violation]:
    """What of a resource would let a project out of its containers."""
    if not resource.in_kubernetes or not site.has_project_namespace(resource):
        return
    if resource.kind == "Namespace":
        yield from _namespace(resource)
    for pod in pods(resource):
        for what in _ways_out(pod):
            yield resource.violation(f"in a project's namespace {what}.")


def _namespace(resource: Resource) -> Iterator[Violation]:
    level = known(resource.props, "metadata", "labels", ENFORCE)
    if level not in SAFE:
        yield resource.violation(f"has Pod Security level {level or 'unset'} ({ENFORCE}).")


def _ways_out(pod: Mapping[str, object]) -> Iterator[str]:
    for name in HOST_NAMESPACES:
        if known(pod, name) is True:
            yield f"sets {name}"
    for volume in items(pod, "volumes"):
        path = known(volume, "hostPath", "path")
        if path is not None:
            yield f"mounts the host's {path}"
    for container in containers(pod):
        if container.privileged:
            yield f"runs container {container.name} privileged"
