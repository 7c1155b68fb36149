"""Time: chrony.conf, and the options with which its daemon starts.

Directives are those of chrony.conf(5); the frame is what Debian 12 and RHEL 9 install by default.
"""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Hardware, Host, Site

POOLS: Mapping[str, str] = {
    "debian": "2.debian.pool.ntp.org",
    "ubuntu": "ntp.ubuntu.com",
    "rhel": "2.rhel.pool.ntp.org",
    "rocky": "2.rocky.pool.ntp.org",
    "alma": "2.almalinux.pool.ntp.org",
}
"""The vendor's pool of each distribution, as its own package names it."""

LOCAL_STRATUM = 10
"""What a time server of the site calls itself while it has lost its own sources (chrony.conf(5), `local`)."""

UNIT_OVERRIDE = "[Unit]\nConditionCapability=\n"
"""The daemon also starts where the clock cannot be set: it then measures and serves."""

FRAME = """\
driftfile /var/lib/chrony/chrony.drift
ntsdumpdir /var/lib/chrony
logdir /var/log/chrony
maxupdateskew 100.0
rtcsync
makestep 1 3
leapsectz right/UTC
"""


def servers(site: Site) -> tuple[str, ...]:
    """The time servers of all networks, each once, in the inventory's order."""
    return tuple(dict.fromkeys(server for network in site.networks.values() for server in network.ntp))


def serves_time(site: Site, host: Host) -> bool:
    """Whether the inventory names this host as a time server."""
    return bool(names_of(site, host) & set(servers(site)))


def names_of(site: Site, host: Host) -> set[str]:
    """What a host may be called as a server."""
    return {host.name, f"{host.name}.{site.domain}", str(host.address)}


def text(site: Site, server: Host | None = None) -> str:
    """The file's text; for a time server of the site, its own sources are the others, or the vendor's pool."""
    own = names_of(site, server) if server else set()
    others = [name for name in servers(site) if name not in own]
    sources = [f"server {name} iburst\n" for name in others] or [f"pool {POOLS[site.os.distribution]} iburst\n"]
    return "".join(sources) + FRAME + (_serving(site) if server else "")


def _serving(site: Site) -> str:
    allowed = "".join(f"allow {network.cidr}\n" for network in site.networks.values())
    return f"{allowed}local stratum {LOCAL_STRATUM} orphan\n"


def has_clock(hardware: Hardware) -> bool:
    """Whether machines of this class may set their clock."""
    return "clock" not in hardware.absent


def options(path: str) -> str:
    """The daemon's options where the clock belongs to another: measure, never set (chronyd(8), `-x`)."""
    variable = "OPTIONS" if path.startswith("/etc/sysconfig/") else "DAEMON_OPTS"
    return f'{variable}="-F 1 -x"\n'
