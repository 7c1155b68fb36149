"""Trust on first use: keys of hosts that the inventory pins none for, learned once and kept in state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pulumi

from twinstack.declare.connections import Connections
from twinstack.declare.resources import ConnectionArgs, HostKey


def with_learned_keys(connections: Connections, options: pulumi.ResourceOptions) -> Connections:
    """The same connections with a learned key for every host that has none pinned, where the inventory asks for it.

    A host in maintenance keeps its learned key, but is not met.
    """
    if not connections.site.access.accept_new:
        return connections
    through = jump_key(connections, options)
    learned = {**through, **host_keys(replace(connections, learned=through), options)}
    return replace(connections, learned=learned)


def jump_key(connections: Connections, options: pulumi.ResourceOptions) -> dict[str, pulumi.Output[str]]:
    """The key of the host that others are reached through, which is met first."""
    if connections.site.access.jump is None or connections.jump.host_key:
        return {}
    return {connections.jump.name: HostKey(connections.jump, options, contact=True).key}


def host_keys(connections: Connections, options: pulumi.ResourceOptions) -> dict[str, pulumi.Output[str]]:
    """The keys of all others."""
    return {
        found.name: HostKey(found, options, contact=contact).key
        for found, contact in _reached(connections)
        if not found.host_key
    }


def _reached(connections: Connections) -> Iterator[tuple[ConnectionArgs, bool]]:
    for host in connections.site.hosts.values():
        if not host.simulated:
            yield connections.of(host), not host.maintenance


def after(
    learned: Mapping[str, pulumi.Input[str]], secrets: pulumi.Output[Mapping[str, str]]
) -> pulumi.Output[Mapping[str, str]]:
    """The secrets, once every key is known, so that all hosts are declared at the same time."""
    if not learned:
        return secrets
    both = pulumi.Output.all(secrets, *learned.values())
    return both.apply(lambda values: values[0])
