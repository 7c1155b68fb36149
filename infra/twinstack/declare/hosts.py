"""Hosts of the Plan as Pulumi resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pulumi

from twinstack.declare import peers
from twinstack.declare.connections import Connections
from twinstack.declare.resources import ConnectionArgs, Host, HostArgs
from twinstack.inventory import defaults
from twinstack.inventory.units import duration
from twinstack.planning.model import HostPlan, Plan
from twinstack.planning.waves import max_unavailable
from twinstack.provider.drains import SERVES
from twinstack.provider.waves import CONTROL_PLANE
from twinstack.rendering.model import HostRole, Rendering, digest_of

SCHEDULER_ROLES = {"slurm": "slurm-", "kubernetes": "kubernetes-"}


@dataclass(frozen=True)
class HostFactory:
    """Makes the arguments of hosts from what was planned and rendered."""

    plan: Plan
    rendering: Rendering
    connections: Connections
    secrets: pulumi.Output[Mapping[str, str]]

    def args(self, host: HostPlan) -> HostArgs:
        """All that the provider has to know of one host."""
        roles = self.rendering.hosts[host.name]
        return HostArgs(
            connection=self.connections.of(host.host),
            stack=host.stack,
            pool=host.pool.name if host.pool else "",
            max_unavailable=max_unavailable(host.pool) if host.pool else 1,
            maintenance=host.host.maintenance,
            roles={role: found.digest for role, found in roles.items()},
            specs={role: digest_of(found.spec.text) for role, found in roles.items()},
            own_files={
                f"{role}:{dest}": text for role, found in roles.items() for dest, text in found.own_files.items()
            },
            own={role: found.own for role, found in roles.items() if found.own},
            secrets=self._secrets(roles),
            units=[f"{role}:{unit.name}" for role, found in roles.items() for unit in found.spec.units],
            drain_timeout=host.pool.drain_timeout if host.pool else duration(defaults.DRAIN_TIMEOUT),
            controllers=dict(_controllers(roles, self.connections.controllers)),
            peers={} if SERVES.keys().isdisjoint(roles) else self._peers[host.pool.name if host.pool else ""],
            control_planes=self._control_planes if CONTROL_PLANE in roles else "",
        )

    @cached_property
    def _peers(self) -> Mapping[str, Mapping[str, str]]:
        return peers.peers(self.plan)

    @cached_property
    def _control_planes(self) -> str:
        return peers.control_planes(self.plan)

    def _secrets(self, roles: Mapping[str, HostRole]) -> pulumi.Output[Mapping[str, Mapping[str, str]]]:
        """The secrets of a host's roles, none for most; every host waits for all of them (see `declared_order`)."""
        wanted = {role: found.spec.secrets for role, found in roles.items() if found.spec.secrets}
        return self.secrets.apply(
            lambda values: {role: {name: values[name] for name in wanted[role]} for role in wanted}
        )


def _controllers(
    roles: Mapping[str, HostRole], controllers: Mapping[str, ConnectionArgs]
) -> Iterator[tuple[str, ConnectionArgs]]:
    for scheduler, prefix in SCHEDULER_ROLES.items():
        if scheduler in controllers and any(role.startswith(prefix) for role in roles):
            yield scheduler, controllers[scheduler]


def declared_order(plan: Plan) -> list[HostPlan]:
    """Real hosts, those with services first.

    The engine asks for hosts in the order in which they are registered, so a controller is never in a later run than
    the hosts that need it, and yet all can be served by the same one. For that, registering must not take longer for
    one host than for another: each waits for the same outputs. What still changes places does so within
    milliseconds, and the provider's queue gathers for longer.
    """
    real = [host for host in plan.hosts.values() if not host.host.simulated]
    return sorted(real, key=lambda host: not host.host.services)


def declare_hosts(factory: HostFactory, options: pulumi.ResourceOptions) -> dict[str, Host]:
    """Declare every real host."""
    return {host.name: Host(factory.args(host), options) for host in declared_order(factory.plan)}
