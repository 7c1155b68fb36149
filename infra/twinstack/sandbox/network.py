"""The sandbox's network: a bridge in a namespace of its own, the operator and the hosts on it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

from twinstack.sandbox.command import Argv, SandboxError, run, run_all, succeeds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twinstack.sandbox.layout import Layout

NAMESPACES = Path("/run/netns")
BRIDGE = "br0"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The management network and who has its first addresses."""

    network: IPv4Network

    @property
    def gateway(self) -> IPv4Address:
        """The switch: default route of all."""
        return self.network.network_address + 1

    @property
    def operator(self) -> IPv4Address:
        """Where hosts are operated from."""
        return self.network.network_address + 2

    def check(self, hosts: Iterable[tuple[str, IPv4Address]]) -> None:
        """Refuse hosts on addresses that racking needs or that the network does not have."""
        for name, address in hosts:
            if address in (self.gateway, self.operator):
                raise SandboxError(
                    f"{name}: {address} is taken (the first two addresses of {self.network} are the sandbox's own)"
                )
            if address not in self.network:
                raise SandboxError(f"{name}: {address} is outside of the management network {self.network}")


def hardware_address(address: IPv4Address) -> str:
    """The locally administered MAC address of whoever has `address`."""
    return ":".join(("02", "00", *(f"{byte:02x}" for byte in address.packed)))


def switch_commands(switch: str, addresses: Addresses) -> tuple[Argv, ...]:
    """Command lines that make the switch."""
    inside = ("ip", "-n", switch)
    return (
        ("ip", "netns", "add", switch),
        (*inside, "link", "add", BRIDGE, "type", "bridge"),
        (*inside, "addr", "add", f"{addresses.gateway}/{addresses.network.prefixlen}", "dev", BRIDGE),
        (*inside, "link", "set", BRIDGE, "up"),
        (*inside, "link", "set", "lo", "up"),
        forwarding(switch),
    )


def plug_commands(switch: str, namespace: str, address: IPv4Address, addresses: Addresses) -> tuple[Argv, ...]:
    """Command lines that make a namespace with one interface, plugged into the switch."""
    inside, port = ("ip", "-n", namespace), port_of(address)
    mac = hardware_address(address)
    return (
        ("ip", "netns", "add", namespace),
        (
            *("ip", "link", "add", "name", port, "netns", switch, "type", "veth"),
            *("peer", "name", "eth0", "address", mac, "netns", namespace),
        ),
        ("ip", "-n", switch, "link", "set", port, "master", BRIDGE, "up"),
        (*inside, "addr", "add", f"{address}/{addresses.network.prefixlen}", "dev", "eth0"),
        (*inside, "link", "set", "eth0", "up"),
        (*inside, "link", "set", "lo", "up"),
        (*inside, "route", "add", "default", "via", str(addresses.gateway)),
        forwarding(namespace),
    )


@dataclass(frozen=True, slots=True)
class Cable:
    """A further port of a host: its interface, the network that it leads to and the largest packet there."""

    interface: str
    network: str
    mtu: int

    @property
    def bridge(self) -> str:
        """The network's bridge in the switch."""
        return f"br-{self.network}"[:15]


def cable_commands(switch: str, namespace: str, address: IPv4Address, index: int, cable: Cable) -> tuple[Argv, ...]:
    """Command lines that plug in a further port and leave it as a machine is delivered: down, without an address."""
    port = f"q{index}{int(address):08x}"
    return (
        (
            "ip",
            "link",
            "add",
            "name",
            port,
            "netns",
            switch,
            "type",
            "veth",
            "peer",
            "name",
            cable.interface,
            "netns",
            namespace,
        ),
        ("ip", "-n", switch, "link", "set", port, "mtu", str(cable.mtu), "master", cable.bridge, "up"),
    )


def make_bridges(layout: Layout, cables: Iterable[Cable]) -> None:
    """Make the bridges of further networks that are not there yet; before hosts are plugged in side by side."""
    inside = ("ip", "-n", layout.switch, "link")
    for bridge in sorted({cable.bridge for cable in cables}):
        if not succeeds(*inside, "show", "dev", bridge):
            run(*inside, "add", bridge, "type", "bridge")
            run(*inside, "set", bridge, "up")


def port_of(address: IPv4Address) -> str:
    """The name of an address's port in the switch."""
    return f"p{int(address):08x}"


def forwarding(namespace: str) -> Argv:
    """Command line that lets a namespace route (pods do, through their host)."""
    return inside_of(namespace, "sysctl", "-qw", "net.ipv4.ip_forward=1")


def inside_of(namespace: str, *argv: str) -> Argv:
    """A command line, in a network namespace."""
    return ("nsenter", f"--net={NAMESPACES / namespace}", "--", *argv)


def exists(namespace: str) -> bool:
    """Whether a namespace has that name."""
    return (NAMESPACES / namespace).exists()


def make_switch(layout: Layout, addresses: Addresses) -> bool:
    """Make the switch and the operator's place on it; False when they were whole, else nobody else is plugged in."""
    if _is_whole(layout):
        return False
    remove(layout.switch)
    remove(layout.operator)
    run_all(switch_commands(layout.switch, addresses))
    plug(layout, layout.operator, addresses.operator, addresses)
    return True


def plug(
    layout: Layout, namespace: str, address: IPv4Address, addresses: Addresses, cables: tuple[Cable, ...] = ()
) -> None:
    """Give a host, or the operator, a namespace on the switch; what was there of that name goes."""
    remove(namespace)
    # A killed host's namespace ends some time after its name, and until then its port is still in the switch.
    succeeds("ip", "-n", layout.switch, "link", "del", port_of(address))
    run_all(plug_commands(layout.switch, namespace, address, addresses))
    for index, cable in enumerate(cables):
        succeeds("ip", "-n", layout.switch, "link", "del", f"q{index}{int(address):08x}")
        run_all(cable_commands(layout.switch, namespace, address, index, cable))


def remove(namespace: str) -> None:
    """Remove a namespace's name; it ends with its last process."""
    if exists(namespace):
        run("ip", "netns", "del", namespace)


def named(prefix: str) -> tuple[str, ...]:
    """Names of namespaces that begin with `prefix`."""
    return tuple(sorted(path.name for path in NAMESPACES.glob(f"{prefix}*")))


def processes(namespace: str) -> tuple[int, ...]:
    """Numbers of the processes in a namespace."""
    return tuple(int(line) for line in run("ip", "netns", "pids", namespace).split()) if exists(namespace) else ()


def _is_whole(layout: Layout) -> bool:
    """The operator's route comes last: who has it has all."""
    return exists(layout.switch) and succeeds("ip", "-n", layout.operator, "route", "get", "192.0.2.1")
