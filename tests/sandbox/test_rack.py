"""Racking alone: hosts with real systemd and SSH come up, survive what happens to machines, and leave no trace."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from tests.sandbox.world import ROOT, TWINSTACK, World

pytestmark = pytest.mark.sandbox

PINS = ("-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes")


def rack(world: World, hosts: str) -> str:
    done = world.sandbox("rack", "--hosts", hosts, "--no-kubernetes")
    assert done.code == 0, done.output
    return done.output


def unrack(world: World) -> None:
    done = world.sandbox("unrack")
    assert done.code == 0, done.output


def record(world: World) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = json.loads((world.instance / "record.json").read_text())["hosts"]
    return found


def states(world: World) -> dict[str, str]:
    lines = world.sandbox("status").output.splitlines()
    return {found[1]: found[2] for line in lines if (found := re.match(r"(\w+) +[\d.]+ +(\w+)$", line))}


def traces(world: World) -> list[str]:
    """Whatever in the kernel, among processes or on disk bears the sandbox's name."""
    prefix = f"ts-{world.name}-"
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [
        *(str(path) for path in Path("/run/netns").glob(f"{prefix}*")),
        *(str(path) for path in Path("/sys/fs/cgroup").glob(f"**/{prefix}*")),
        *(line for line in lines if prefix in line or str(world.instance) in line),
        *(str(path) for path in Path("/run/systemd/nspawn").glob(f"**/{prefix}*")),
        *processes(prefix),
        *([str(world.instance)] if world.instance.exists() else []),
    ]


def processes(word: str) -> list[str]:
    lines = subprocess.run(("ps", "-eo", "pid,args"), capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if word in line]


def eventually(seconds: float = 30) -> Retrying:
    return Retrying(retry=retry_if_result(lambda seen: not seen), stop=stop_after_delay(seconds), wait=wait_fixed(0.1))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World(f"r{os.getpid()}")
    rack(world, "cpu[1-2]")
    yield world
    unrack(world)
    assert traces(world) == []


def test_hosts_are_up_with_the_machine_s_truth_in_their_inventory(world: World) -> None:
    assert states(world) == {"cpu1": "up", "cpu2": "up"}
    assert world.on("cpu1", "systemctl", "is-system-running") == "running\n"
    assert f"cores_per_socket: {world.on('cpu1', 'nproc').strip()}" in (world.instance / "site.yaml").read_text()


def test_a_host_that_shows_another_key_than_its_pin_is_refused(world: World) -> None:
    pins = (world.instance / "known_hosts").read_text().splitlines()
    other = world.instance / "swapped"
    other.write_text(f"{pins[0].split()[0]} {pins[1].partition(' ')[2]}\n")
    ssh = ("ssh", *PINS, "-l", "admin", "-i", str(world.instance / "id_ed25519"))
    good = world.sandbox(
        "exec", "--", *ssh, "-o", f"UserKnownHostsFile={world.instance}/known_hosts", "10.78.0.21", "id"
    )
    bad = world.sandbox("exec", "--", *ssh, "-o", f"UserKnownHostsFile={other}", "10.78.0.21", "id")
    assert good.code == 0, good.output
    assert good.output.startswith("uid=1000(admin)")
    assert bad.code != 0
    assert "HOST IDENTIFICATION HAS CHANGED" in bad.output


def test_hosts_reach_each_other_by_name_and_not_the_machine(world: World) -> None:
    assert "1 received" in world.on("cpu1", "ping", "-c1", "-W2", "cpu2.sandbox.internal")
    inside = world.on("cpu1", "ip", "-o", "-4", "addr")
    assert set(re.findall(r"inet ([\d.]+)", inside)) == {"127.0.0.1", "10.78.0.21"}


def test_services_are_real_and_start_with_their_package_as_on_metal(world: World) -> None:
    world.on("cpu1", "systemctl", "restart", "ssh")
    disabled = world.sandbox(
        "exec", "--host", "cpu1", "--", "systemctl", "is-enabled", "slurmd", "munge", "mariadb"
    ).output
    assert disabled.split() == ["disabled"] * 3
    world.on("cpu1", "apt-get", "install", "-y", "prometheus-node-exporter")
    assert world.on("cpu1", "systemctl", "is-active", "prometheus-node-exporter") == "active\n"


def test_a_reboot_is_one(world: World) -> None:
    boot = ("cat", "/proc/sys/kernel/random/boot_id")
    before = world.on("cpu1", *boot)
    world.sandbox("exec", "--host", "cpu1", "--", "systemctl", "reboot")

    def rebooted() -> bool:
        now = world.sandbox("exec", "--host", "cpu1", "--", *boot)
        return now.code == 0 and now.output != before

    assert eventually()(rebooted)


def test_racking_again_leaves_alone_what_is_up(world: World) -> None:
    before = record(world)
    assert "0 hosts booted, 2 were up" in rack(world, "cpu[1-2]")
    assert record(world) == before


def test_a_killed_host_comes_back_with_its_disk(world: World) -> None:
    world.on("cpu2", "touch", "/root/kept")
    os.kill(record(world)["cpu2"]["process"]["pid"], signal.SIGKILL)
    assert eventually()(lambda: states(world) == {"cpu1": "up", "cpu2": "off"})
    assert "1 hosts booted, 1 were up" in rack(world, "cpu[1-2]")
    assert world.on("cpu2", "ls", "/root/kept") == "/root/kept\n"


def test_another_sandbox_stands_beside_with_the_same_addresses(world: World) -> None:
    beside = World(f"{world.name}b")
    rack(beside, "cpu1")
    try:
        seen = {
            each.on("cpu1", "sh", "-c", "hostname -I | cut -d' ' -f1; cat /etc/machine-id") for each in (world, beside)
        }
        assert len(seen) == 2
        assert {text.split()[0] for text in seen} == {"10.78.0.21"}
    finally:
        unrack(beside)
    assert traces(beside) == []
    assert states(world) == {"cpu1": "up", "cpu2": "up"}


@pytest.mark.parametrize("moment", ["switch", "power"])
def test_a_killed_run_does_not_stop_the_next(moment: str) -> None:
    world = World(f"k{os.getpid()}")
    signs = {"switch": Path(f"/run/netns/ts-{world.name}-sw"), "power": world.instance / "hosts/cpu1/console.log"}
    argv = (TWINSTACK, "sandbox", "rack", "--name", world.name, "--hosts", "cpu1", "--no-kubernetes")
    try:
        with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
            assert eventually()(signs[moment].exists)
            killed.kill()
        assert "1 hosts booted, 0 were up" in rack(world, "cpu1")
        assert world.on("cpu1", "systemctl", "is-system-running") == "running\n"
    finally:
        unrack(world)
    assert traces(world) == []


def test_a_lost_record_hides_nothing() -> None:
    world = World(f"l{os.getpid()}")
    rack(world, "cpu1")
    (world.instance / "record.json").unlink()
    try:
        assert "1 hosts booted, 0 were up" in rack(world, "cpu1")
    finally:
        unrack(world)
    assert traces(world) == []


def test_unracking_what_is_not_there_is_no_mistake() -> None:
    unrack(World(f"n{os.getpid()}"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rack", "--hosts", "nobody[1-2]"), "no such hosts to rack: nobody1, nobody2"),
        (("exec", "--host", "cpu1", "--", "true"), "no sandbox"),
        (("status",), "there is no sandbox"),
    ],
)
def test_mistakes_are_sentences(words: tuple[str, ...], told: str) -> None:
    done = World(f"n{os.getpid()}").sandbox(*words)
    assert done.code == 1
    assert told in done.output
    assert "Traceback" not in done.output
