from __future__ import annotations

import subprocess
from pathlib import Path

from tests.unit import sites
from twinstack.planning.fabric import Port
from twinstack.rendering import sriov


def port(name: str, functions: int, guid: str | None = None) -> Port:
    return Port(name, sites.network("fabric"), None, rdma=True, functions=functions, guid=guid)


def test_the_table_names_ports_with_functions_only() -> None:
    rows = sriov.table((port("ib0", 8, "02:00:0a:00:00:01:00"), port("ib1", 0), port("eth1", 4)))
    assert rows == "ib0 8 02:00:0a:00:00:01:00\neth1 4\n"


class Machine:
    """A made-up /sys with one port, and an `ip` that writes down what it is told."""

    def __init__(self, root: Path, total: int = 16, now: int = 0) -> None:
        self.root = root
        self.device = root / "sys/class/net/ib0/device"
        self.device.mkdir(parents=True)
        (root / "sys/bus/pci").mkdir(parents=True)
        (root / "bin").mkdir()
        (self.device / "sriov_totalvfs").write_text(f"{total}\n")
        (self.device / "sriov_numvfs").write_text(f"{now}\n")
        (self.device / "sriov_drivers_autoprobe").write_text("1\n")
        ip = root / "bin/ip"
        ip.write_text(f'#!/bin/sh\necho "$@" >> {root}/told\n')
        ip.chmod(0o755)
        for function in range(2):
            (root / f"0000:01:00.{function}").mkdir()
            (self.device / f"virtfn{function}").symlink_to(root / f"0000:01:00.{function}")

    @property
    def functions(self) -> str:
        return (self.device / "sriov_numvfs").read_text().strip()

    @property
    def told(self) -> list[str]:
        path = self.root / "told"
        return path.read_text().splitlines() if path.exists() else []

    def run(self, table: str) -> subprocess.CompletedProcess[str]:
        (self.root / "script").write_text(sriov.SCRIPT_TEXT)
        (self.root / "table").write_text(table)
        command = ["sh", str(self.root / "script"), str(self.root / "table"), str(self.root)]
        path = {"PATH": f"{self.root}/bin:/usr/bin:/bin"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=path)


def test_functions_are_made_once(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.run("ib0 4\n").returncode == 0
    assert machine.functions == "4"
    (machine.device / "sriov_numvfs").chmod(0o444)
    assert machine.run("ib0 4\n").returncode == 0
    assert machine.told == []


def test_guids_are_set_before_drivers_look(tmp_path: Path) -> None:
    machine = Machine(tmp_path, now=1)
    done = machine.run("ib0 2 02:00:0a:00:00:01:00\n")
    assert done.returncode == 0, done.stderr
    assert machine.told[:2] == [
        "link set dev ib0 vf 0 node_guid 02:00:0a:00:00:01:00:00",
        "link set dev ib0 vf 0 port_guid 02:00:0a:00:00:01:00:00",
    ]
    assert machine.told[-1] == "link set dev ib0 vf 1 state auto"
    assert (machine.device / "sriov_drivers_autoprobe").read_text() == "1\n"
    assert (tmp_path / "sys/bus/pci/drivers_probe").read_text() == "0000:01:00.1\n"


def test_too_many_functions_are_refused_with_the_number_there_is(tmp_path: Path) -> None:
    machine = Machine(tmp_path, total=2)
    done = machine.run("ib0 4\n")
    assert (done.returncode, done.stderr) == (1, "ib0 offers 2 virtual functions, 4 are planned\n")
    assert machine.functions == "0"


def test_a_port_without_sriov_is_told_with_its_cause(tmp_path: Path) -> None:
    done = Machine(tmp_path).run("ib7 4\n")
    assert done.returncode == 1
    assert "SR-IOV is off in firmware" in done.stderr
