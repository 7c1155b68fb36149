from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from twinstack.sandbox import cgroups, hosts, keys, network, processes
from twinstack.sandbox.command import CommandError
from twinstack.sandbox.hosts import BootError, Rack, power_on
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.processes import Process
from twinstack.sandbox.record import HostRecord, Ledger, Record
from twinstack.sandbox.wanted import Machine, Wanted

NETWORK = IPv4Network("10.78.0.0/24")
MACHINE = Machine("stor1", IPv4Address("10.78.0.12"), exports=("/srv",))
PROCESS = Process(4242, 99)


@pytest.fixture
def rack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rack:
    """A rack on which nothing is really started: tests say what a host answers."""
    monkeypatch.setattr(network, "plug", lambda *_args: None)
    monkeypatch.setattr(network, "remove", lambda *_args: None)
    monkeypatch.setattr(hosts, "_start", lambda *_args: PROCESS)
    monkeypatch.setattr(processes, "is_running", lambda process: process == PROCESS)
    monkeypatch.setattr(processes, "kill", lambda _process: None)
    monkeypatch.setattr(hosts, "run", lambda *_argv, **_options: "running\n")
    layout = Layout.of("one", tmp_path)
    (tmp_path / "layer").mkdir()
    keys.make(layout.instance / "keys/stor1", "root@stor1")
    return Rack(
        layout,
        Wanted(network.Addresses(NETWORK), (MACHINE,), "d", "root"),
        (str(tmp_path / "layer"),),
        None,
        "ssh-ed25519 AAA",
        cgroups.Hierarchies((), unified=False),
        Ledger(layout.record, Record("/s", NETWORK)),
    )


def test_a_new_host_is_seeded_booted_and_recorded_as_ready(rack: Rack) -> None:
    power_on(rack, MACHINE)
    assert rack.ledger.record.hosts["stor1"] == HostRecord(MACHINE.address, rack.layers, PROCESS, ready=True)
    assert (rack.layout.paths("stor1").upper / "etc/hostname").read_text() == "stor1\n"


def test_a_host_that_was_up_keeps_its_disk(rack: Rack) -> None:
    power_on(rack, MACHINE)
    kept = rack.layout.paths("stor1").upper / "kept"
    identity = (rack.layout.paths("stor1").upper / "etc/machine-id").read_text()
    kept.touch()
    power_on(rack, MACHINE)
    assert kept.exists()
    assert (rack.layout.paths("stor1").upper / "etc/machine-id").read_text() == identity


@pytest.mark.parametrize("change", [{"ready": False}, {"layers": ("/gone",)}, {"user": "admin"}])
def test_a_disk_of_no_use_is_made_anew(rack: Rack, change: dict[str, Any]) -> None:
    power_on(rack, MACHINE)
    stray = rack.layout.paths("stor1").upper / "stray"
    stray.touch()
    host = rack.ledger.record.hosts["stor1"]
    rack.ledger.note("stor1", replace(host, **change))
    power_on(rack, MACHINE)
    assert not stray.exists()
    assert rack.ledger.record.hosts["stor1"].layers == rack.layers
    assert rack.ledger.record.hosts["stor1"].user == "root"


def test_an_ordinary_user_is_let_in_and_root_is_not(rack: Rack, tmp_path: Path) -> None:
    (tmp_path / "layer/etc").mkdir()
    for name in ("passwd", "group"):
        (tmp_path / "layer/etc" / name).write_text("root:x:0:\n")
    power_on(replace(rack, wanted=replace(rack.wanted, user="admin")), MACHINE)
    upper = rack.layout.paths("stor1").upper
    assert rack.ledger.record.hosts["stor1"].user == "admin"
    assert "ssh-ed25519 AAA" in (upper / "etc/tmpfiles.d/operator.conf").read_text()
    assert not (upper / "root").exists()


def test_a_host_that_does_not_come_up_is_told_with_its_console(rack: Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(rack: Rack, *_args: object) -> Process:
        rack.layout.paths("stor1").console.write_text("one\nthe last words\n")
        return Process(1, 1)

    monkeypatch.setattr(hosts, "_start", start)
    with pytest.raises(BootError, match=r"stor1: its machine ended\n.*\n    the last words"):
        power_on(rack, MACHINE)
    assert not rack.ledger.record.hosts["stor1"].ready


def test_a_host_that_stays_silent_is_given_up(rack: Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*argv: str, timeout: float) -> str:
        raise CommandError(argv, 255, "", f"Connection refused ({timeout})")

    monkeypatch.setattr(hosts, "run", silent)
    monkeypatch.setattr(hosts, "BOOT_SECONDS", 0.3)
    with pytest.raises(BootError, match=r"stor1: not up after 0.3 s\n.*its console is empty"):
        power_on(rack, MACHINE)


def test_a_host_in_maintenance_mode_is_not_up(rack: Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "run", lambda *_argv, **_options: "maintenance\n")
    with pytest.raises(BootError, match="came up as 'maintenance'"):
        power_on(rack, MACHINE)


def test_what_an_overlay_cannot_carry_lies_on_the_disk(rack: Rack, tmp_path: Path) -> None:
    order = hosts._order(replace(rack, images=tmp_path / "images"), MACHINE, HostRecord(MACHINE.address, ("/l",)))
    machine = order["machine"]
    assert isinstance(machine, tuple)
    volumes = rack.layout.paths("stor1").volumes
    assert f"--bind={volumes}/containerd:/var/lib/containerd" in machine
    assert f"--bind={volumes}/srv:/srv" in machine
    assert f"--bind-ro={tmp_path}/images:/opt/twinstack/images" in machine
    assert f"--bind-ro={rack.layout.names}:/etc/hosts" in machine


def test_a_process_that_does_not_end_stops_it(rack: Rack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "exterminate", lambda _pids: False)
    with pytest.raises(hosts.SandboxError, match="stor1: processes do not end"):
        hosts.take_power(rack.layout, "stor1", None, rack.groups)


def test_up_is_ready_and_running(rack: Rack) -> None:
    assert rack
    host = HostRecord(MACHINE.address, (), PROCESS, ready=True)
    assert hosts.is_up(host)
    assert not hosts.is_up(replace(host, ready=False))
    assert not hosts.is_up(replace(host, process=Process(4242, 98)))
    assert not hosts.is_up(replace(host, process=None))


def test_remove_takes_the_disk_too(rack: Rack) -> None:
    power_on(rack, MACHINE)
    hosts.remove(rack.layout, "stor1", None, rack.groups)
    hosts.remove(rack.layout, "stor1", None, rack.groups)
    assert not rack.layout.paths("stor1").root.exists()
