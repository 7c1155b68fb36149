"""lnet.conf, which lnet.service imports at boot (lnetctl(8), `import`; lustre/conf/lnet.conf of the sources).

Interfaces are named where the inventory knows them, several of one network as one multi-rail network; on the management
network, whose interface it does not know, LNet finds it by the host's address (`ip2nets`, Lustre Operations Manual,
'Configuring LNet').
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network

from twinstack.planning.lnet import Local
from twinstack.rendering.yaml_text import text as yaml_text

DEST = "/etc/lnet.conf"
_OCTET = 256


def text(networks: Iterable[Local]) -> str:
    """The whole file."""
    found = list(networks)
    document: dict[str, object] = {}
    if named := [local for local in found if local.interfaces]:
        document["net"] = [_net(local) for local in named]
    if by_address := [local for local in found if local.addresses]:
        document["ip2nets"] = [_ip2nets(local) for local in by_address]
    return yaml_text(document)


def _net(local: Local) -> dict[str, object]:
    return {"net type": local.net, "local NI(s)": [{"interfaces": {0: name}} for name in local.interfaces]}


def _ip2nets(local: Local) -> dict[str, object]:
    patterns = list(ranges(local.addresses)) if local.addresses else []
    return {"net-spec": local.net, "ip-range": dict(enumerate(patterns))}


def ranges(network: IPv4Network) -> Iterator[str]:
    """Addresses as LNet writes them: an octet is a number, `*`, or a range in brackets."""
    whole, rest = divmod(network.prefixlen, 8)
    octets = list(network.network_address.packed)
    fixed = [str(octet) for octet in octets[:whole]]
    if whole == len(octets):
        yield ".".join(fixed)
        return
    span = 1 << (8 - rest)
    first = octets[whole]
    part = "*" if span == _OCTET else f"[{first}-{first + span - 1}]"
    yield ".".join([*fixed, part, *["*"] * (len(octets) - whole - 1)])
