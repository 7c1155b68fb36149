"""Addresses and packet sizes of fabric ports, as each distribution configures its network.

Debian: ifupdown, interfaces(5). Ubuntu: systemd-networkd, systemd.network(5), which netplan itself renders to. RHEL
family: NetworkManager keyfiles, nm-settings-keyfile(5). On all of them one unit brings the ports up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from twinstack.planning.fabric import Port

UNIT = "twinstack-fabric.service"
INTERFACES = "/etc/network/interfaces.d/twinstack-fabric"

UNIT_TEXT = """\
[Unit]
Description=Bring up the ports of the fabric
Wants=network-pre.target
After=network-pre.target {after} rdma-hw.target twinstack-sriov.service
Before=network-online.target remote-fs-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
{commands}

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True)
class Style:
    """How a distribution configures ports: its files with their mode, and the commands that bring them up."""

    files: Callable[[Sequence[Port]], Mapping[str, str]]
    commands: Callable[[Sequence[Port]], Sequence[str]]
    after: str
    packages: tuple[str, ...]
    mode: str = "0644"

    def unit(self, ports: Sequence[Port]) -> str:
        """The text of the unit."""
        return UNIT_TEXT.format(after=self.after, commands="\n".join(self.commands(ports)))


def interfaces(ports: Sequence[Port]) -> Mapping[str, str]:
    """Stanzas of a class of their own, so that only our unit brings them up and down."""
    return {INTERFACES: "\n".join(_stanza(port) for port in ports)}


def _stanza(port: Port) -> str:
    lines = [f"allow-fabric {port.name}", f"iface {port.name} inet {'static' if port.address else 'manual'}"]
    lines += [f"    address {port.address}"] if port.address else []
    lines += [f"    pre-up echo connected > /sys/class/net/{port.name}/mode"] if port.connected else []
    lines += [f"    mtu {port.network.mtu}"] if port.network.mtu else []
    lines += [] if port.address else [f"    up ip link set dev {port.name} up"]
    return "\n".join(lines) + "\n"


def _ifup(_ports: Sequence[Port]) -> Sequence[str]:
    what = f"--allow=fabric --all --interfaces={INTERFACES}"
    return (f"ExecStart=/sbin/ifup {what}", f"ExecStop=/sbin/ifdown {what}")


def networks(ports: Sequence[Port]) -> Mapping[str, str]:
    """A file a port, before those that netplan writes."""
    return {f"/etc/systemd/network/05-twinstack-{port.name}.network": _network(port) for port in ports}


def _network(port: Port) -> str:
    lines = ["[Match]", f"Name={port.name}", "", "[Link]", "RequiredForOnline=no"]
    lines += [f"MTUBytes={port.network.mtu}"] if port.network.mtu else []
    lines += ["", "[Network]", "LinkLocalAddressing=ipv6", "IPv6AcceptRA=no"]
    lines += [f"Address={port.address}"] if port.address else []
    lines += ["", "[IPoIB]", "Mode=connected"] if port.connected else []
    return "\n".join(lines) + "\n"


def _networkctl(ports: Sequence[Port]) -> Sequence[str]:
    names = " ".join(port.name for port in ports)
    return ("ExecStart=/usr/bin/networkctl reload", f"ExecStart=/usr/bin/networkctl reconfigure {names}")


def keyfiles(ports: Sequence[Port]) -> Mapping[str, str]:
    """A connection profile a port, which only root may read."""
    return {keyfile_of(port): _keyfile(port) for port in ports}


def keyfile_of(port: Port) -> str:
    """Where a port's profile is."""
    return f"/etc/NetworkManager/system-connections/twinstack-{port.name}.nmconnection"


def _keyfile(port: Port) -> str:
    kind = "infiniband" if port.infiniband else "ethernet"
    head = ["[connection]", f"id=twinstack-{port.name}", f"type={kind}", f"interface-name={port.name}"]
    mode = [f"transport-mode={'connected' if port.connected else 'datagram'}"] if port.infiniband else []
    link = ["", f"[{kind}]", *([f"mtu={port.network.mtu}"] if port.network.mtu else []), *mode]
    given = ["method=manual", f"address1={port.address}", "never-default=true"] if port.address else ["method=disabled"]
    return "\n".join((*head, *link, "", "[ipv4]", *given, "", "[ipv6]", "method=link-local")) + "\n"


def _nmcli(ports: Sequence[Port]) -> Sequence[str]:
    files = " ".join(keyfile_of(port) for port in ports)
    ups = (f"ExecStart=/usr/bin/nmcli connection up twinstack-{port.name}" for port in ports)
    return (f"ExecStart=/usr/bin/nmcli connection load {files}", *ups)


IFUPDOWN = Style(interfaces, _ifup, "networking.service", ("ifupdown",))
NETWORKD = Style(networks, _networkctl, "systemd-networkd.service", ())
NETWORK_MANAGER = Style(keyfiles, _nmcli, "NetworkManager.service", ("network-manager",), mode="0600")

STYLES: Mapping[str, Style] = {
    "debian": IFUPDOWN,
    "ubuntu": NETWORKD,
    "rhel": NETWORK_MANAGER,
    "rocky": NETWORK_MANAGER,
    "alma": NETWORK_MANAGER,
}
"""The way of each distribution's own installer."""
