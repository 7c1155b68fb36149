from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from tests.unit import sites
from twinstack.inventory.model import Site
from twinstack.sandbox import cgroups, hosts, network, rack
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.record import HostRecord, Ledger, Record, read, write
from twinstack.sandbox.wanted import Machine, Wanted

NETWORK = IPv4Network("10.78.0.0/24")
ADDRESSES = {"cpu1": IPv4Address("10.78.0.21"), "cpu2": IPv4Address("10.78.0.22")}
MACHINES = tuple(Machine(name, address) for name, address in ADDRESSES.items())


def host(name: str, *, ready: bool = True) -> HostRecord:
    return HostRecord(ADDRESSES[name], ("/layer",), ready=ready)


def site(path: Path = Path("/s/site.yaml")) -> Site:
    return replace(sites.dual(), path=path)


@pytest.fixture
def frame(tmp_path: Path) -> hosts.Rack:
    """Two wanted hosts, nothing racked."""
    layout = Layout.of("one", tmp_path)
    ledger = Ledger(layout.record, Record("/s", NETWORK))
    want = Wanted(network.Addresses(NETWORK), MACHINES, "d", "root")
    return hosts.Rack(layout, want, ("/layer",), None, "key", cgroups.Hierarchies((), unified=False), ledger)


def test_a_host_that_is_up_where_it_belongs_stays(frame: hosts.Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "is_up", lambda host: host.ready)
    monkeypatch.setattr(network, "exists", lambda name: name == "ts-one-cpu1")
    assert not rack._stays(frame, MACHINES[0])
    frame.ledger.note("cpu1", host("cpu1"))
    frame.ledger.note("cpu2", host("cpu2"))
    assert rack._stays(frame, MACHINES[0])
    assert not rack._stays(frame, MACHINES[1]), "its network is gone"
    assert not rack._stays(frame, Machine("cpu1", ADDRESSES["cpu2"])), "it moved"
    frame.ledger.note("cpu1", replace(host("cpu1"), user="admin"))
    assert not rack._stays(frame, MACHINES[0]), "it lets somebody else in"


def test_every_host_gets_its_chance_and_every_failure_is_told(
    frame: hosts.Rack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_on(_frame: hosts.Rack, machine: Machine) -> None:
        raise SandboxError(f"{machine.name}: no")

    monkeypatch.setattr(hosts, "power_on", power_on)
    with pytest.raises(SandboxError, match=r"^cpu1: no\ncpu2: no$"):
        rack._boot(frame, MACHINES, lambda _line: None)


def test_a_fault_of_our_own_is_not_dressed_up(frame: hosts.Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "power_on", lambda *_args: {}["missing"])
    with pytest.raises(KeyError):
        rack._boot(frame, MACHINES, lambda _line: None)


def test_progress_names_each_host_that_is_up(frame: hosts.Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(hosts, "power_on", lambda *_args: None)
    rack._boot(frame, MACHINES, said.append)
    assert said[0] == "booting 2 hosts"
    assert {line.partition(":")[0] for line in said[1:]} == {"cpu1", "cpu2"}


@pytest.mark.parametrize(("whole", "left"), [(True, {"cpu1"}), (False, {"cpu1", "old1"})])
def test_hosts_that_left_the_inventory_leave_the_rack(
    frame: hosts.Rack, monkeypatch: pytest.MonkeyPatch, left: set[str], *, whole: bool
) -> None:
    monkeypatch.setattr(hosts, "remove", lambda *_args: None)
    for name in ("cpu1", "old1"):
        frame.ledger.note(name, host("cpu1"))
    rack._remove_unwanted(replace(frame, wanted=replace(frame.wanted, whole=whole)), lambda _line: None)
    assert set(frame.ledger.record.hosts) == left


def open_ledger(layout: Layout, monkeypatch: pytest.MonkeyPatch, cidr: IPv4Network = NETWORK) -> tuple[Record, bool]:
    cleared: list[Layout] = []
    monkeypatch.setattr(rack, "clear", lambda layout: cleared.append(layout) is None)
    want = Wanted(network.Addresses(cidr), (), "d", "root")
    return rack._open(layout, site(), want, lambda _line: None).record, bool(cleared)


def test_an_earlier_record_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout.of("one", tmp_path)
    write(layout.record, Record("/old", NETWORK, {"cpu1": host("cpu1")}))
    record, cleared = open_ledger(layout, monkeypatch)
    assert not cleared
    assert record == Record("/s/site.yaml", NETWORK, {"cpu1": host("cpu1")}) == read(layout.record)


@pytest.mark.parametrize("cidr", ["10.78.0.0/24", "10.79.0.0/24"])
def test_without_a_record_of_this_network_all_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cidr: str
) -> None:
    layout = Layout.of("one", tmp_path)
    if cidr != str(NETWORK):
        write(layout.record, Record("/old", NETWORK, {"cpu1": host("cpu1")}))
    layout.instance.mkdir(parents=True, exist_ok=True)
    (layout.instance / "stray").touch()
    record, cleared = open_ledger(layout, monkeypatch, IPv4Network(cidr))
    assert cleared
    assert record.hosts == {}
    assert not (layout.instance / "stray").exists()
