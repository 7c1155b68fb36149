"""The record of a sandbox, written before each act, so that a killed run's leavings are known."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twinstack.sandbox.processes import Process

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What was made for a host.

    Attributes:
        address: its address on the management network.
        layers: the directories of its image, topmost first; its disk fits no others.
        process: who runs it, as far as it was started.
        ready: whether it has ever come up; the disk of one that has not is of no use.
        user: whom its disk lets in by the operator's key.
    """

    address: IPv4Address
    layers: tuple[str, ...]
    process: Process | None = None
    ready: bool = False
    user: str = "root"


@dataclass(frozen=True, slots=True)
class Record:
    """What was made for a sandbox."""

    source: str
    network: IPv4Network
    hosts: Mapping[str, HostRecord] = field(default_factory=dict)

    def with_host(self, name: str, host: HostRecord) -> Record:
        """The record with one host added or replaced."""
        return replace(self, hosts={**self.hosts, name: host})

    def without_host(self, name: str) -> Record:
        """The record with one host less."""
        return replace(self, hosts={key: host for key, host in self.hosts.items() if key != name})


class Ledger:
    """The record on disk, changed by one thread at a time and never found half written."""

    def __init__(self, path: Path, record: Record) -> None:
        self._path, self._record, self._lock = path, record, threading.Lock()
        write(path, record)

    @property
    def record(self) -> Record:
        """The record as it stands."""
        return self._record

    def note(self, name: str, host: HostRecord) -> HostRecord:
        """Write down what is about to be true of a host."""
        with self._lock:
            self._record = self._record.with_host(name, host)
            write(self._path, self._record)
        return host

    def strike(self, name: str) -> None:
        """Write down that nothing is left of a host."""
        with self._lock:
            self._record = self._record.without_host(name)
            write(self._path, self._record)


def write(path: Path, record: Record) -> None:
    """Write a record by one rename."""
    document = {"version": VERSION, **asdict(record)}
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps(document, indent=1, default=str) + "\n")
    scratch.rename(path)


def read(path: Path) -> Record | None:
    """Read a record; None when there is none, or none of this version's."""
    try:
        document = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    if document.get("version") != VERSION:
        return None
    hosts = {name: _host(entry) for name, entry in document["hosts"].items()}
    return Record(document["source"], IPv4Network(document["network"]), hosts)


def _host(entry: Mapping[str, Any]) -> HostRecord:
    process = Process(**entry["process"]) if entry["process"] else None
    address, layers = IPv4Address(entry["address"]), tuple(entry["layers"])
    return HostRecord(address, layers, process, entry["ready"], entry.get("user", "root"))
