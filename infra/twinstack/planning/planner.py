"""Assemble the Plan."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Host, Site
from twinstack.planning.addresses import pod_cidrs
from twinstack.planning.allocation import allocate, disk_owners, nic_owners, stack_of
from twinstack.planning.components import components_of
from twinstack.planning.model import Allocation, HostPlan, Owner, Plan
from twinstack.planning.quotas import quotas_of
from twinstack.planning.roles import roles_of

Division = tuple[Allocation, Mapping[str, Owner], Mapping[str, Owner]]


def plan(site: Site) -> Plan:
    """Decide the whole site; a valid inventory always has a plan."""
    divisions = _divisions(site)
    roles = {host.name: roles_of(site, host, divisions[host.name][0]) for host in site.hosts.values()}
    with_pods = {name: site.hosts[name].address for name, mine in roles.items() if "containerd" in mine}
    cidrs = pod_cidrs(site.kubernetes, with_pods)
    hosts = {
        host.name: _host(site, host, divisions[host.name], roles[host.name], cidrs.get(host.name))
        for host in site.hosts.values()
    }
    return Plan(
        site=site,
        hosts=hosts,
        components=components_of(site, hosts.values()),
        quotas=quotas_of(site, hosts.values()),
    )


def _divisions(site: Site) -> Mapping[str, Division]:
    """The division of each host, computed once for hosts that are alike."""
    ceph = frozenset(site.storage.ceph.hosts if site.storage.ceph else ())
    made: dict[tuple[object, ...], Division] = {}
    found: dict[str, Division] = {}
    for host in site.hosts.values():
        pool = site.pools[host.pool] if host.pool else None
        key = (host.hardware, host.pool, stack_of(pool, host.name), host.name in ceph)
        if key not in made:
            made[key] = _divide(site, host)
        found[host.name] = made[key]
    return found


def _divide(site: Site, host: Host) -> Division:
    hardware = site.hardware_of(host)
    pool = site.pools[host.pool] if host.pool else None
    allocation = allocate(hardware, pool, stack_of(pool, host.name))
    return (
        allocation,
        nic_owners(hardware, site.networks, allocation),
        disk_owners(hardware, host, site.storage.ceph),
    )


def _host(site: Site, host: Host, division: Division, roles: tuple[str, ...], pod_cidr: str | None) -> HostPlan:
    allocation, nics, disks = division
    return HostPlan(
        host=host,
        hardware=site.hardware_of(host),
        pool=site.pools[host.pool] if host.pool else None,
        allocation=allocation,
        roles=roles,
        nics=nics,
        disks=disks,
        pod_cidr=pod_cidr,
    )
