"""Resources as the engine would show them."""

from __future__ import annotations

from typing import Any

from policies.seen import Resource, Site

SITE = Site(projects=frozenset({"climate"}), kubernetes_version="1.35.4")


def shown(kind: str, name: str, **props: Any) -> Resource:
    """A resource of a type, with its inputs."""
    return Resource(kind, name, f"urn:{name}", props)


def in_cluster(kind: str, name: str, namespace: str | None = None, **body: Any) -> Resource:
    """An object of a cluster; `kind` has the API version before it, as in `core/v1:Pod`."""
    labels = body.pop("labels", {})
    metadata = {"name": name, "labels": labels} | ({"namespace": namespace} if namespace else {})
    return shown(f"kubernetes:{kind}", f"{namespace}/{name}" if namespace else name, metadata=metadata, **body)


def pod(*containers: dict[str, Any], **spec: Any) -> Resource:
    """A pod of the project climate."""
    return in_cluster("core/v1:Pod", "p", "climate", spec={"containers": list(containers), **spec})


def host(name: str, *roles: str, stack: str = "slurm") -> Resource:
    """A machine with roles."""
    return shown("twinstack:index:Host", name, stack=stack, roles=dict.fromkeys(roles, "digest"))
