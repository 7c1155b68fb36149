"""Lustre: servers that can be addressed, on networks that carry them, with one client on a host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address

from twinstack.inventory.model import LustreMount, Network, Site
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules.rule import rule

_NID = re.compile(r"(?P<address>[0-9.]+)@(?P<driver>o2ib|tcp)[0-9]*")
_FORMAT = "an address and a network of LNet, such as 10.20.0.1@o2ib or 10.20.0.1@tcp; `:` parts servers, `,` their NIDs"
_RDMA = ("infiniband", "roce")


@rule("storage.lustre")
def nids(site: Site) -> Iterator[Finding]:
    """Each management server has addresses in LNet's form."""
    for place, mount in _mounts(site):
        if wrong := [text for text in _texts(mount) if _parsed(text) is None]:
            yield Finding((*place, "mgs"), f"{wrong[0] or 'nothing'} is no NID", _FORMAT)


@rule("storage.lustre", "networks.*")
def networks(site: Site) -> Iterator[Finding]:
    """o2ib is RDMA: a network that has none carries tcp."""
    for place, mount in _mounts(site):
        for text in _texts(mount):
            address, driver = _parsed(text) or (None, "")
            network = _network(site, address)
            if network and driver == "o2ib" and network.kind not in _RDMA:
                what = f"{text} is on {network.name}, which is {network.kind}: o2ib needs {' or '.join(_RDMA)}"
                yield Finding((*place, "mgs"), what, f"{address}@tcp")


@rule("storage.lustre")
def clients(site: Site) -> Iterator[Finding]:
    """A host has one client: all file systems ask for the same version of it, from one repository."""
    first: dict[str, LustreMount] = {}
    for place, mount in _mounts(site):
        for key, value in (("client", mount.client), ("repository", mount.repository)):
            other = first.setdefault(key, mount) if value else mount
            if (wanted := getattr(other, key)) != value:
                yield Finding((*place, key), f"{value}, and {other.name} has {wanted}", "the same for all of them")


def _mounts(site: Site) -> Iterator[tuple[Place, LustreMount]]:
    for index, mount in enumerate(site.storage.lustre):
        yield ("storage", "lustre", index), mount


def _texts(mount: LustreMount) -> list[str]:
    return re.split("[:,]", mount.mgs)


def _parsed(text: str) -> tuple[IPv4Address, str] | None:
    match = _NID.fullmatch(text)
    try:
        return (IPv4Address(match["address"]), match["driver"]) if match else None
    except AddressValueError:
        return None


def _network(site: Site, address: IPv4Address | None) -> Network | None:
    return next((network for network in site.networks.values() if address and address in network.cidr), None)
