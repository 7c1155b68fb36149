"""Time servers: /etc/systemd/timesyncd.conf.d/90-twinstack.conf."""

from __future__ import annotations

from collections.abc import Iterable

from twinstack.inventory.model import Site


def servers(site: Site) -> tuple[str, ...]:
    """The time servers of all networks, each once, in the inventory's order."""
    return tuple(dict.fromkeys(server for network in site.networks.values() for server in network.ntp))


def text(names: Iterable[str]) -> str:
    """The file's text."""
    return f"[Time]\nNTP={' '.join(names)}\n"
