"""What the kernel of a host with containers must do: route, and show bridged packets to the service proxy."""

from __future__ import annotations

from twinstack.inventory.model import Hardware

SYSCTL = "/etc/sysctl.d/60-twinstack-containers.conf"
MODULES = "/etc/modules-load.d/twinstack-containers.conf"

SYSCTL_TEXT = """\
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
"""


def shares_kernel(hardware: Hardware) -> bool:
    """Whether the kernel is another machine's: then its modules, and what is set for all of it, are its owner's."""
    return "own-memory" in hardware.absent


def modules_text(hardware: Hardware) -> str | None:
    """Modules to load at boot; None where nobody may."""
    return None if shares_kernel(hardware) else "overlay\nbr_netfilter\n"
