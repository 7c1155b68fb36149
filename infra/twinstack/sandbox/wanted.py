"""Which hosts an inventory wants racked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ClusterShell.NodeSet import NodeSet, NodeSetException

from twinstack.inventory.model import Service
from twinstack.sandbox import packages
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import RESERVED
from twinstack.sandbox.network import Addresses, Cable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twinstack.inventory.model import Host, Site

MANAGEMENT = "management"
USUAL_MTU = 1500


@dataclass(frozen=True, slots=True)
class Machine:
    """A host to rack; `exports` are the top directories of what it serves by NFS, `cables` its further ports.

    `shared` are the mounts of parallel file systems that the site brings along: names and where they are mounted.
    """

    name: str
    address: IPv4Address
    exports: tuple[str, ...] = ()
    shared: tuple[tuple[str, str], ...] = ()
    cables: tuple[Cable, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to rack; `user` is who the operator logs in as."""

    addresses: Addresses
    machines: tuple[Machine, ...]
    domain: str
    user: str
    whole: bool = True

    def only(self, hosts: str) -> Wanted:
        """The same site, of which just the hosts of a host list (`cpu[1-2],ctl1`) are racked.

        Raises:
            SandboxError: the list names no host, or one that is not there or is simulated.
        """
        try:
            chosen = set(NodeSet(hosts))
        except NodeSetException as wrong:
            raise SandboxError(f"'{hosts}' is not a list of hosts: {wrong}") from wrong
        unknown = sorted(chosen - {machine.name for machine in self.machines})
        if unknown or not chosen:
            raise SandboxError(f"no such hosts to rack: {', '.join(unknown) or 'none named'}")
        machines = tuple(machine for machine in self.machines if machine.name in chosen)
        return replace(self, machines=machines, whole=False)


def wanted(site: Site) -> Wanted:
    """Every host of the site that is not simulated.

    Raises:
        SandboxError: a host's name or address is the sandbox's own, or it wants another system.
    """
    if (site.os.distribution, site.os.release) != packages.SYSTEM:
        raise SandboxError(f"hosts of a sandbox run {' '.join(packages.SYSTEM)}: say so in the inventory's `os`")
    addresses = Addresses(site.networks[MANAGEMENT].cidr)
    addresses.check((host.name, host.address) for host in site.hosts.values())
    racked = tuple(host for host in site.hosts.values() if not host.simulated)
    if taken := RESERVED & {host.name for host in racked}:
        raise SandboxError(f"a sandbox cannot have hosts called {' or '.join(sorted(taken))}")
    return Wanted(addresses, tuple(_machine(host, site) for host in racked), site.domain, site.access.user)


def _machine(host: Host, site: Site) -> Machine:
    exports = {mount.export for mount in site.storage.nfs if mount.server == host.name}
    serving = Service.NFS_SERVER in host.services
    shared = tuple((each.name, each.mount) for each in site.storage.gpfs)
    tops = tuple(sorted(_tops(exports))) if serving else ()
    return Machine(host.name, host.address, tops, shared, tuple(_cables(host, site)))


def _cables(host: Host, site: Site) -> Iterator[Cable]:
    """The ports beyond the management one."""
    for nic in site.hardware_of(host).nics:
        if nic.network != MANAGEMENT:
            yield Cable(nic.name, nic.network, site.networks[nic.network].mtu or USUAL_MTU)


def _tops(exports: set[str]) -> set[str]:
    """The first directories of exported paths: what is exported must not lie on an overlay."""
    return {f"/{export.strip('/').split('/')[0]}" for export in exports}
