"""Services: as many as work together, and what they need."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from twinstack.inventory.hostlists import fold
from twinstack.inventory.model import Service, Site
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import on_hosts, rule
from twinstack.inventory.wording import did_you_mean


@rule("hosts.*.name", "hosts.*.services", "kubernetes.*")
def control_planes(site: Site) -> Iterator[Finding]:
    """Control planes hold a quorum, so they are odd; one is allowed, for who can wait."""
    planes = site.by_service[Service.KUBERNETES_CONTROL_PLANE]
    if site.kubernetes is None:
        hint = "add kubernetes: or leave the service away"
        yield from on_hosts(planes, "services", "kubernetes-control-plane without a section kubernetes", hint)
    elif not planes:
        hint = "services: [kubernetes-control-plane] on one host, or three"
        yield Finding(("kubernetes",), "no host is a control plane", hint)
    elif len(planes) % 2 == 0:
        names = fold(host.name for host in planes)
        what = f"{len(planes)} control planes ({names}): an even number holds no quorum that one less would not"
        yield Finding(("hosts", names, "services"), what, f"{len(planes) - 1} or {len(planes) + 1}", planes[-1].line)


@rule("hosts.*.name", "hosts.*.services", "slurm.*")
def slurm_services(site: Site) -> Iterator[Finding]:
    """Slurm's own services go with its section."""
    controllers = site.by_service[Service.SLURM_CONTROLLER]
    databases = site.by_service[Service.SLURM_ACCOUNTING]
    if site.slurm is None:
        hint = "add slurm: or leave the service away"
        yield from on_hosts(controllers, "services", "slurm-controller without a section slurm", hint)
        yield from on_hosts(databases, "services", "slurm-accounting without a section slurm", hint)
        return
    if not controllers:
        yield Finding(("slurm",), "no host is a slurm-controller", "services: [slurm-controller] on a host")
    if len(databases) > 1:
        yield from on_hosts(
            databases[1:], "services", "a second slurm-accounting", f"{databases[0].name} is one already"
        )


@rule("hosts.*.services", "slurm.*", "projects.*")
def accounting(site: Site) -> Iterator[Finding]:
    """Accounts and QOS live in Slurm's database."""
    if site.slurm and site.projects and not site.by_service[Service.SLURM_ACCOUNTING]:
        hint = "services: [slurm-accounting] on a host"
        yield Finding(("slurm",), "projects need accounting, and no host is slurm-accounting", hint)


@rule("hosts.*.services", "slurm.state_location", "storage.nfs", "storage.lustre", "storage.gpfs")
def shared_state(site: Site) -> Iterator[Finding]:
    """A backup controller takes over from state that it shares with the first."""
    controllers = site.by_service[Service.SLURM_CONTROLLER]
    if site.slurm is None or len(controllers) < 2:  # noqa: PLR2004
        return
    place, location = ("slurm", "state_location"), site.slurm.state_location
    if location is None:
        what = f"{len(controllers)} slurm-controllers share no state"
        yield Finding(place, what, "state_location: a directory on a shared mount, or one controller")
    elif not any(f"{location}/".startswith(f"{mount.mount.rstrip('/')}/") for mount in site.storage.mounts):
        yield Finding(place, f"{location} is on no shared mount", "all slurm-controllers must see it")


@rule("hosts.*.name", "hosts.*.services", "storage.nfs", "domain")
def nfs_servers(site: Site) -> Iterator[Finding]:
    """An export's server is a host that serves, or one outside the site."""
    for index, mount in enumerate(site.storage.nfs):
        place = ("storage", "nfs", index, "server")
        host = site.hosts.get(mount.server.removesuffix(f".{site.domain}"))
        if host is None and "." not in mount.server:
            near = did_you_mean(mount.server, site.hosts)
            hint = near if near.startswith("did") else "servers outside go by their full name or address"
            yield Finding(place, f"{mount.server} is no host of the site", hint)
        elif host is None:
            yield from _by_address(site, mount.server, index)
        elif host.name != mount.server:
            yield Finding(place, f"{mount.server} is a host of the site", f"write {host.name}")
        elif Service.NFS_SERVER not in host.services:
            yield Finding(place, f"{host.name} is no nfs-server", f"services: [nfs-server] on {host.name}")


@rule("os.distribution", "hosts.*.name", "hosts.*.services", "hosts.*.hardware", "hardware.*")
def nfs_server_kernels(site: Site) -> Iterator[Finding]:
    """A server whose kernel exports nothing needs nfs-ganesha, which the RHEL family has in CentOS' Storage SIG only.

    Source: packages.fedoraproject.org/pkgs/nfs-ganesha (no EPEL). The inventory names no repository for it.
    """
    without = {name for name, hardware in site.hardware.items() if "kernel-nfs-server" in hardware.absent}
    if site.os.family == "redhat":
        servers = [host for host in site.by_service[Service.NFS_SERVER] if host.hardware in without]
        what = f"would serve by nfs-ganesha, which neither {site.os.distribution} {site.os.release} nor EPEL has"
        hint = "a host whose kernel has an NFS server, or one outside the site: storage.nfs.server by its full name"
        yield from on_hosts(servers, "services", what, hint)


def _by_address(site: Site, server: str, index: int) -> Iterator[Finding]:
    """Hosts of the site go by name, so that it is known who serves."""
    try:
        address = IPv4Address(server)
    except ValueError:
        return
    if host := next((host for host in site.hosts.values() if host.address == address), None):
        yield Finding(("storage", "nfs", index, "server"), f"{server} is {host.name}", f"write {host.name}")
