from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.sandbox import capabilities
from twinstack.sandbox.capabilities import Machine, Topology, absent, probe, topology

EVERY = {
    *(
        "cgroup2",
        "kernel-nfs-client",
        "kernel-nfs-server",
        "oom-score-adjust",
        "apparmor",
        "own-memory",
        "clock",
        "numa",
    ),
}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine that has nothing and may do nothing."""
    monkeypatch.setattr(capabilities, "succeeds", lambda *_argv: False)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/filesystems").write_text("nodev\ttmpfs\n\text4\n")
    (tmp_path / "sys").mkdir()
    return Machine(tmp_path / "proc", tmp_path / "sys")


def test_a_bare_machine_lacks_everything(machine: Machine) -> None:
    assert set(absent(probe(machine))) == EVERY


def test_every_capability_is_said_in_words(machine: Machine) -> None:
    assert all(capability.meaning and capability.reason for capability in probe(machine))


def test_control_groups_version_2(machine: Machine) -> None:
    (machine.sys / "fs/cgroup").mkdir(parents=True)
    (machine.sys / "fs/cgroup/cgroup.controllers").touch()
    assert "cgroup2" not in absent(probe(machine))


def test_an_nfs_client_in_the_kernel(machine: Machine) -> None:
    (machine.proc / "filesystems").write_text("nodev\tnfs4\n")
    assert "kernel-nfs-client" not in absent(probe(machine))


def test_an_nfs_client_that_is_a_module(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*argv: str) -> bool:
        if argv == ("modprobe", "--quiet", "nfs4"):
            (machine.proc / "filesystems").write_text("nodev\tnfs4\n")
            return True
        return False

    monkeypatch.setattr(capabilities, "succeeds", load)
    assert "kernel-nfs-client" not in absent(probe(machine))


def test_what_is_tried_is_believed(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capabilities, "succeeds", lambda *argv: argv[0] == "choom")
    assert "oom-score-adjust" not in absent(probe(machine))


def test_two_numa_nodes(machine: Machine) -> None:
    for name in ("node0", "node1", "possible"):
        (machine.sys / "devices/system/node" / name).mkdir(parents=True)
    found = {capability.name: capability for capability in probe(machine)}["numa"]
    assert found.present
    assert found.reason == "2 nodes"


def cpus(sys: Path, *places: tuple[int, int]) -> None:
    for index, (socket, core) in enumerate(places):
        directory = sys / f"devices/system/cpu/cpu{index}/topology"
        directory.mkdir(parents=True)
        (directory / "physical_package_id").write_text(f"{socket}\n")
        (directory / "core_id").write_text(f"{core}\n")


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([(0, 0), (0, 1)], Topology(1, 2, 1)),
        ([(0, 0), (0, 1), (0, 0), (0, 1)], Topology(1, 2, 2)),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], Topology(2, 2, 1)),
        ([(0, 0), (0, 0), (0, 1)], Topology(1, 3, 1)),
        ([], Topology(1, 1, 1)),
    ],
    ids=["cores", "threads", "sockets", "uneven", "unknown"],
)
def test_topology(tmp_path: Path, places: list[tuple[int, int]], expected: Topology) -> None:
    cpus(tmp_path, *places)
    assert topology(tmp_path) == expected
