"""What the schema's `format` keywords stand for: texts that a pattern alone cannot judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jsonschema import FormatChecker

from twinstack.inventory import hostlists, units

LAST_PORT = 65535


def checker() -> FormatChecker:
    """All formats of the schema; each raises ValueError with the reason."""
    formats = FormatChecker(formats=())
    for name, parse in FORMATS.items():
        formats.checks(name, raises=ValueError)(_accepts(parse))
    return formats


def _accepts(parse: Callable[[str], object]) -> Callable[[object], bool]:
    """A check that raises what `parse` raises; other types are `type`'s concern."""

    def accepts(value: object) -> bool:
        if isinstance(value, str):
            parse(value)
        return True

    return accepts


def timezone(name: str) -> None:
    """Refuse a zone that the operator's machine does not know, unless it knows none."""
    if not _known("Etc/UTC"):
        return
    if not _known(name):
        raise ValueError("there is no such time zone")


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def endpoint(text: str) -> None:
    """Refuse a port that is none."""
    port = int(text.rpartition(":")[2])
    if not 0 < port <= LAST_PORT:
        raise ValueError(f"ports go from 1 to {LAST_PORT}")


def addresses(text: str) -> None:
    """Refuse a list with something that is no IPv4 address."""
    for address in hostlists.expand(text):
        IPv4Address(address)


FORMATS: Mapping[str, Callable[[str], object]] = {
    "address-list": addresses,
    "date": date.fromisoformat,
    "duration": units.duration,
    "endpoint": endpoint,
    "hostlist": hostlists.expand,
    "ipv4": IPv4Address,
    "ipv4-network": IPv4Network,
    "size": units.size,
    "slurm-time": units.slurm_minutes,
    "timezone": timezone,
}
"""A parser for each format of the schema."""
