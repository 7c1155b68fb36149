"""Hosts: entries with ranges become single machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from itertools import cycle, islice, repeat

from twinstack.inventory.build.notes import Notes, Section
from twinstack.inventory.document import Node
from twinstack.inventory.hostlists import arithmetic, expand, fold, spread
from twinstack.inventory.model import Host, Service
from twinstack.inventory.problems import Place


def hosts(entries: Sequence[Section], lines: Sequence[int], notes: Notes) -> Mapping[str, Host]:
    """Every machine by name, in the file's order; `lines` is where the entries begin."""
    found: dict[str, Host] = {}
    for index, (entry, line) in enumerate(zip(entries, lines, strict=True)):
        double: dict[str, int] = {}
        for host in _expanded(entry, ("hosts", index), line, notes):
            first = found.setdefault(host.name, host)
            if first is not host:
                double[host.name] = first.line
        if double:
            _tell_double(double, index, notes)
    return found


def lines_of(node: Node | None, count: int) -> list[int]:
    """The line of each entry; that of the list where an entry is a stand-in."""
    entries = node.value if node and isinstance(node.value, list) else []
    fallback = node.line if node else 1
    return [*(entry.line for entry in entries[:count]), *repeat(fallback, count - len(entries))]


def _expanded(entry: Section, place: Place, line: int, notes: Notes) -> Iterator[Host]:
    names = expand(entry["name"])
    services = frozenset(Service(name) for name in entry.get("services", ()))
    addresses = _addresses(entry["address"], names, (*place, "address"), notes)
    racks = _racks(entry.get("rack"), len(names), (*place, "rack"), notes)
    ports = {
        port: [*_addresses(text, names, (*place, "addresses", port), notes)]
        for port, text in entry.get("addresses", {}).items()
    }
    for index, (name, address, rack) in enumerate(zip(names, addresses, racks, strict=False)):
        yield Host(
            name=name,
            hardware=entry["hardware"],
            address=address,
            rack=rack,
            pool=entry.get("pool"),
            services=services,
            simulated=entry.get("simulated", False),
            maintenance=entry.get("maintenance", False),
            line=line,
            addresses={port: each[index] for port, each in ports.items()},
        )


def _addresses(text: str, names: Sequence[str], place: Place, notes: Notes) -> Iterator[IPv4Address]:
    addresses = [IPv4Address(address) for address in expand(text)]
    if len(addresses) != len(names):
        what = f"{len(addresses)} addresses for {len(names)} hosts"
        hint = f"{_difference(len(addresses), len(names))}: an address for each host"
        notes.refuse(place, what, hint, *_reads(place))
    return islice(cycle(addresses), len(names))


def _difference(addresses: int, hosts: int) -> str:
    return f"{hosts - addresses} too few" if addresses < hosts else f"{addresses - hosts} too many"


def _racks(text: str | None, hosts: int, place: Place, notes: Notes) -> Iterator[str | None]:
    if text is None:
        return repeat(None, hosts)
    racks = expand(text)
    try:
        return spread(racks, hosts)
    except ValueError:
        what = f"{len(racks)} racks for {hosts} hosts: {arithmetic(len(racks), hosts)}"
        hint = "as many racks as hosts, or a number that divides the hosts into equal blocks"
        notes.refuse(place, what, hint, *_reads(place))
        return repeat(racks[0], hosts)


def _reads(place: Place) -> tuple[str, str]:
    """What the length of an entry's field is judged by: the field and the names."""
    index, key = place[1], place[2]
    return f"hosts.{index}.{key}", f"hosts.{index}.name"


def _tell_double(double: Mapping[str, int], index: int, notes: Notes) -> None:
    lines = ", ".join(map(str, sorted(set(double.values()))))
    place = ("hosts", index, "name")
    hint = f"first in line {lines}; a name stands for one machine"
    notes.tell(place, f"{fold(double)} declared twice", hint, "hosts.*.name")
