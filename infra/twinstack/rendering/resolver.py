"""Name servers, as each distribution's own resolver is told of them.

Nothing here changes when a host comes or goes: hosts know each other by the site's DNS. A site that names no servers
keeps what the installer configured, and everything that this program writes has addresses (Slurm's NodeAddr, the API
server's endpoint, mount sources).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from twinstack.inventory.model import Site

MOST_SERVERS = 3
"""The C library reads no more (resolv.conf(5), MAXNS)."""

KEEP_FROM_DHCP = "make_resolv_conf() { :; }\n"
"""Redefines what dhclient-script(8) calls to write /etc/resolv.conf."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """Where a distribution's resolver reads its servers, and the unit that takes up a change."""

    files: Mapping[str, Callable[[Site], str]]
    reloads: tuple[str, ...] = ()


def servers(site: Site) -> tuple[str, ...]:
    """The name servers of all networks, each once, in the inventory's order, as many as are read."""
    return tuple(dict.fromkeys(server for network in site.networks.values() for server in network.dns))[:MOST_SERVERS]


def resolv_conf(site: Site) -> str:
    """/etc/resolv.conf; systemd-resolved, if it runs, follows it (systemd-resolved.service(8), fourth mode)."""
    lines = [f"search {site.domain}", *(f"nameserver {server}" for server in servers(site))]
    return "\n".join((*lines, "options timeout:1 attempts:2")) + "\n"


def resolved_conf(site: Site) -> str:
    """A drop-in of resolved.conf(5)."""
    return f"[Resolve]\nDNS={' '.join(servers(site))}\nDomains={site.domain}\n"


def network_manager_conf(site: Site) -> str:
    """A drop-in of NetworkManager.conf(5): global DNS takes the place of what connections bring."""
    return f"[global-dns]\nsearches={site.domain}\n\n[global-dns-domain-*]\nservers={','.join(servers(site))}\n"


DEBIAN = Resolver(
    {"/etc/resolv.conf": resolv_conf, "/etc/dhcp/dhclient-enter-hooks.d/twinstack": lambda _site: KEEP_FROM_DHCP}
)
UBUNTU = Resolver({"/etc/systemd/resolved.conf.d/90-twinstack.conf": resolved_conf}, ("systemd-resolved.service",))
REDHAT = Resolver(
    {"/etc/NetworkManager/conf.d/90-twinstack-dns.conf": network_manager_conf}, ("NetworkManager.service",)
)

RESOLVERS: Mapping[str, Resolver] = {
    "debian": DEBIAN,
    "ubuntu": UBUNTU,
    "rhel": REDHAT,
    "rocky": REDHAT,
    "alma": REDHAT,
}


def resolver_of(site: Site) -> Resolver | None:
    """The resolver of the site's distribution; None where the inventory names no servers."""
    return RESOLVERS[site.os.distribution] if servers(site) else None
