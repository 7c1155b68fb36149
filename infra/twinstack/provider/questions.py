"""Which controller is asked about which nodes, once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

from twinstack.provider.connection import Connection
from twinstack.provider.expected import Expected
from twinstack.provider.host_state import HostState
from twinstack.provider.node_states import NODE_ROLES
from twinstack.provider.values import mapping


@dataclass(frozen=True, slots=True)
class Nodes:
    """Hosts as nodes of one scheduler, and the controller that knows how they are."""

    scheduler: str
    controller: Connection
    names: frozenset[str]


@dataclass(frozen=True)
class Questions:
    """By controller and scheduler the nodes to ask about, each with what it should have; and who answers for them."""

    of: Mapping[str, Mapping[str, Mapping[str, object]]]
    controllers: Mapping[str, Connection]
    role_of: Mapping[tuple[str, str], str]


@cache
def expanded(names: str) -> frozenset[str]:
    """The names of a host list, once for all hosts that have the same."""
    return frozenset(NodeSet(names, resolver=RESOLVER_NOGROUP))


def questions(hosts: Sequence[HostState], wanted: Mapping[str, Expected]) -> Questions:
    """The questions about all hosts that are nodes of a scheduler."""
    of: dict[str, dict[str, dict[str, object]]] = {}
    controllers: dict[str, Connection] = {}
    role_of: dict[tuple[str, str], str] = {}
    for host in hosts:
        for scheduler, role in node_roles(host, wanted[host.name]).items():
            controller = host.controllers[scheduler]
            controllers[controller.name] = controller
            role_of[scheduler, host.name] = role
            of.setdefault(controller.name, {}).setdefault(scheduler, {})[host.name] = node_of(wanted[host.name], role)
    return Questions(of, controllers, role_of)


def node_roles(host: HostState, wanted: Expected) -> dict[str, str]:
    """By scheduler the role that makes this host a node of it."""
    return {
        scheduler: role
        for scheduler, roles in NODE_ROLES.items()
        for role in roles
        if role in wanted.roles and scheduler in host.controllers
    }


def node_of(wanted: Expected, role: str) -> dict[str, object]:
    """What the node itself should have: labels and taints, where its scheduler knows such."""
    params = mapping(wanted.roles[role], "params")
    labels = {**mapping(params, "labels"), **mapping(params, "own_labels")}
    return {"labels": labels, "taints": params.get("taints") or []}
