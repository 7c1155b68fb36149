"""Pod networking by a bridge on each host and a route to the bridge of each other one: sandboxes and small labs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from twinstack.planning.model import HostPlan, Plan

CONFLIST = "/etc/cni/net.d/10-bridge.conflist"
ROUTES = "/etc/twinstack/pod-routes"
MASQUERADE = "/etc/twinstack/pod-masquerade.nft"
SERVICE = "twinstack-pod-network.service"
UNIT = f"/etc/systemd/system/{SERVICE}"
# The kernel notes who made a route; by this number (free for administrators) ours are found again.
PROTOCOL = 178

UNIT_TEXT = f"""\
[Unit]
Description=Routes between the pods of this site's hosts
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=ip -batch {ROUTES}
ExecStart=nft --file {MASQUERADE}
ExecStop=ip route flush protocol {PROTOCOL}
ExecStop=nft delete table ip twinstack-pods

[Install]
WantedBy=multi-user.target
"""


class NoPodNetworkError(ValueError):
    """A host without pod addresses was asked for its pod network."""


def pod_cidr(host: HostPlan) -> str:
    """The addresses of the host's pods."""
    if host.pod_cidr is None:
        raise NoPodNetworkError(f"host {host.name} has no pod CIDR")
    return host.pod_cidr


def conflist_text(host: HostPlan) -> str:
    """The network configuration that containerd reads."""
    ipam = {
        "type": "host-local",
        "ranges": [[{"subnet": pod_cidr(host)}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {"type": "bridge", "bridge": "cni0", "isGateway": True, "hairpinMode": True, "ipam": ipam}
    portmap = {"type": "portmap", "capabilities": {"portMappings": True}}
    document = {"cniVersion": "1.0.0", "name": "pods", "plugins": [bridge, portmap]}
    return json.dumps(document, indent=2) + "\n"


def routes_text(plan: Plan, host: HostPlan) -> str:
    """Commands for `ip -batch`: what was there of ours goes, then one route to each other host's pods."""
    return "".join(f"{line}\n" for line in (f"route flush protocol {PROTOCOL}", *_routes(plan, host)))


def _routes(plan: Plan, host: HostPlan) -> Iterator[str]:
    for other in plan.with_role("containerd"):
        if other.name != host.name and other.pod_cidr is not None:
            yield f"route replace {other.pod_cidr} via {other.host.address} protocol {PROTOCOL}"


def masquerade_text(plan: Plan, host: HostPlan) -> str:
    """Rules for nft: pods reach what knows no route back to them under their host's address.

    The table is made, deleted and made anew, so that loading the file twice leaves it as loading it once.
    """
    cluster = plan.site.kubernetes.networking.pod_cidr if plan.site.kubernetes else "0.0.0.0/0"
    table = "table ip twinstack-pods"
    rule = f"ip saddr {pod_cidr(host)} ip daddr != {cluster} ip daddr != 224.0.0.0/4 masquerade"
    return f"""\
{table}
delete {table}
{table} {{
  chain leaving {{
    type nat hook postrouting priority srcnat; policy accept;
    {rule}
  }}
}}
"""
