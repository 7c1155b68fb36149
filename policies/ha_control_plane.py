"""The control plane outlives a host."""

from __future__ import annotations

from collections.abc import Iterator

from policies.seen import HOST, Resource, Site, Violation
from twinstack.rulebook import HA_CONTROL_PLANE

RULE = HA_CONTROL_PLANE

ROLE = "kubernetes-control-plane"
QUORUM = 3


def judge(resources: list[Resource], _site: Site) -> Iterator[Violation]:
    """A control plane that one host takes down with it."""
    planes = [found for found in resources if found.type == HOST and ROLE in found.roles]
    if 0 < len(planes) < QUORUM:
        names = ", ".join(host.name for host in planes)
        yield planes[0].violation(f"carries the control plane alone or without quorum ({names}).")
