"""How each host of a site is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import pulumi

from twinstack.declare.known_hosts import SSH_PORT, KnownHosts
from twinstack.declare.resources import ConnectionArgs
from twinstack.inventory.model import Access, Host, Service, Site

SCHEDULERS = {"slurm": Service.SLURM_CONTROLLER, "kubernetes": Service.KUBERNETES_CONTROL_PLANE}


@dataclass(frozen=True)
class Connections:
    """Connections of a site's hosts, by the inventory's `access`."""

    site: Site
    known: KnownHosts
    learned: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)

    def of(self, host: Host) -> ConnectionArgs:
        """The connection of a host; the host that others are reached through is reached directly."""
        access = self.site.access
        return ConnectionArgs(
            name=host.name,
            address=str(host.address),
            port=access.port,
            user=access.user,
            host_key=self.known.keys_of(host.name, str(host.address), port=access.port)
            or self.learned.get(host.name, ""),
            jump=None if access.jump in {None, host.name} else self.jump,
        )

    @cached_property
    def jump(self) -> ConnectionArgs:
        """The host that others are reached through: one of the site, or `user@address:port` outside of it."""
        name = self.site.access.jump or ""
        if name in self.site.hosts:
            return self.of(self.site.hosts[name])
        found = outside(name, self.site.access, self.known)
        return found if found.host_key else replace(found, host_key=self.learned.get(found.name, ""))

    @cached_property
    def controllers(self) -> dict[str, ConnectionArgs]:
        """The first controller of each scheduler that is not in maintenance, by the scheduler's name."""
        found = {}
        for scheduler, service in SCHEDULERS.items():
            hosts = [host for host in self.site.by_service[service] if not host.maintenance]
            if hosts:
                found[scheduler] = self.of(hosts[0])
        return found

    @property
    def unpinned(self) -> list[str]:
        """Hosts that no key is pinned for, so that they cannot be contacted."""
        real = (host for host in self.site.hosts.values() if not host.simulated and not host.maintenance)
        return [host.name for host in real if not self.of(host).host_key]


def outside(destination: str, access: Access, known: KnownHosts) -> ConnectionArgs:
    """A host that the inventory does not hold, as OpenSSH writes a destination."""
    user, _, place = destination.rpartition("@")
    address, _, port = place.partition(":")
    number = int(port or SSH_PORT)
    return ConnectionArgs(address, address, number, user or access.user, known.keys_of(address, port=number))
