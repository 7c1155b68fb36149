"""No project without a bound."""

from __future__ import annotations

from collections.abc import Iterator

from policies.seen import Resource, Site, Violation, mapping
from twinstack.rulebook import PROJECT_QUOTA

RULE = PROJECT_QUOTA


def judge(resources: list[Resource], site: Site) -> Iterator[Violation]:
    """Project namespaces that no ResourceQuota bounds."""
    bounded = {found.namespace for found in resources if _bounds(found)}
    for found in resources:
        if _is_project(found, site) and found.object_name not in bounded:
            yield found.violation("is a project's namespace without a ResourceQuota.")


def _bounds(resource: Resource) -> bool:
    return resource.in_kubernetes and resource.kind == "ResourceQuota" and bool(mapping(resource.props, "spec", "hard"))


def _is_project(resource: Resource, site: Site) -> bool:
    return resource.in_kubernetes and resource.kind == "Namespace" and site.has_project_namespace(resource)
