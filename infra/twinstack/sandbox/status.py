"""What a sandbox is at present."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from twinstack.sandbox import hosts, processes
from twinstack.sandbox.record import HostRecord, read

if TYPE_CHECKING:
    from twinstack.sandbox.layout import Layout


@dataclass(frozen=True, slots=True)
class HostStatus:
    """A host of the rack: `up`, `off` (it can be racked again with its disk) or `unfinished`."""

    name: str
    address: IPv4Address
    state: str


def of(layout: Layout) -> tuple[HostStatus, ...] | None:
    """The state of every racked host; None when there is no such sandbox."""
    record = read(layout.record)
    if record is None:
        return None
    return tuple(HostStatus(name, host.address, _state(host)) for name, host in record.hosts.items())


def _state(host: HostRecord) -> str:
    if hosts.is_up(host):
        return "up"
    if host.process and processes.is_running(host.process):
        return "booting"
    return "off" if host.ready else "unfinished"
