"""One unreachable, one failing, one slow host among eight: the others converge, and the next run takes up the three.

And a configuration that the inventory cannot judge, but slurmctld does: it never gets there.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.sandbox.stories import UP
from tests.sandbox.world import Done, World

pytestmark = pytest.mark.sandbox

SITE = Path(__file__).parent / "sites" / "eight.yaml"
FAILING, SLOW, UNREACHABLE = "cpu2", "cpu3", "cpu4"
BROKEN = {FAILING, SLOW, UNREACHABLE}
SOUND = {"ctl1", "cpu1", "cpu5", "cpu6", "cpu7"}
KEYS = {"old": "old-munge-key-of-the-test-0123456789abcdef", "new": "new-munge-key-of-the-test-fedcba9876543210"}
HANG = "/etc/systemd/system/munge.service.d/hang.conf"


def link(world: World, host: str, state: str) -> None:
    """Pull a host's network cable, or plug it in again."""
    space = f"ts-{world.name}-{host}"
    subprocess.run(["ip", "-n", space, "link", "set", "eth0", state], check=True)
    if state == "up":
        subprocess.run(["ip", "-n", space, "route", "add", "default", "via", "10.78.0.1"], check=True)


def break_three(world: World) -> None:
    world.on(FAILING, "sh", "-c", "rm /etc/munge/munge.key; mkdir -p /etc/munge/munge.key/in-the-way")
    world.on(SLOW, "mkdir", "-p", str(Path(HANG).parent))
    hang = "[Service]\\nTimeoutStartSec=infinity\\nExecStartPre=/usr/bin/sleep infinity\\n"
    world.on(SLOW, "sh", "-c", f"printf '{hang}' > {HANG}; systemctl daemon-reload")
    link(world, UNREACHABLE, "down")


def mend_three(world: World) -> None:
    link(world, UNREACHABLE, "up")
    world.on(FAILING, "rm", "-r", "/etc/munge/munge.key")
    world.on(SLOW, "sh", "-c", f"rm {HANG}; systemctl daemon-reload; systemctl --no-block restart munge")


def key_of(world: World, host: str) -> str:
    return world.on(host, "cat", "/etc/munge/munge.key").strip()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World(f"f{os.getpid()}")
    try:
        racked = world.sandbox("rack", "--site", str(SITE), "--no-kubernetes")
        assert racked.code == 0, racked.output
        world.prepare()
        world.seal(munge_key=KEYS["old"])
        done = world.pulumi(*UP)
        assert done.code == 0, done.output
        yield world
    finally:
        assert world.sandbox("down").code == 0


@pytest.fixture(scope="module")
def broken(world: World) -> tuple[Done, set[Path]]:
    before = set(world.runs())
    break_three(world)
    world.seal(munge_key=KEYS["new"])
    done = world.pulumi(*UP)
    print(done.output)
    print(f"the run with three broken hosts took {done.seconds:.0f} s")
    return done, before


def told(output: str, host: str) -> str:
    """What the run said of a host's failure."""
    found = re.search(rf"host {host}: (.*)", output)
    assert found, output
    return found[1]


def test_the_run_ends_badly_and_names_each_with_cause_and_task(broken: tuple[Done, set[Path]]) -> None:
    output = broken[0].output
    assert broken[0].code != 0
    assert 'role munge: task "Install, place and start"' in told(output, FAILING)
    assert "munge.key" in told(output, FAILING)
    assert 'role munge: task "Install, place and start": not done after 60 s' in told(output, SLOW)
    assert "access.task_timeout" in told(output, SLOW)
    assert told(output, UNREACHABLE).startswith("unreachable (role munge)")
    assert not [host for host in SOUND if re.search(rf"host {host}: ", output)]


def test_the_others_have_converged_in_that_run(world: World, broken: tuple[Done, set[Path]]) -> None:
    assert broken[0].code != 0
    assert {key_of(world, host) for host in SOUND} == {KEYS["new"]}
    for host in sorted(SOUND - {"ctl1"}):
        assert world.on("ctl1", "srun", "--immediate=60", "-w", host, "hostname").strip() == host


def test_no_host_waits_longer_than_for_one_time_limit(broken: tuple[Done, set[Path]]) -> None:
    assert broken[0].seconds < 60 + 120  # the limit, and a quiet run with room for a busy machine


def test_once_mended_the_next_up_contacts_only_those(world: World, broken: tuple[Done, set[Path]]) -> None:
    assert broken[0].code != 0
    mend_three(world)
    before = set(world.runs())
    done = world.pulumi(*UP)
    assert done.code == 0, done.output
    runs = [run for run in world.runs() if run not in before]
    assert set().union(*(world.applied(run) for run in runs)) == BROKEN
    assert {key_of(world, host) for host in BROKEN} == {KEYS["new"]}
    before = set(world.runs())
    assert world.pulumi(*UP).code == 0
    assert set(world.runs()) == before


def ask_for(world: World, **parameters: str) -> None:
    """Have the inventory give these parameters of slurm.conf."""
    path = world.instance / "site.yaml"
    site = yaml.safe_load(path.read_text())
    site["slurm"]["parameters"] = {"slurm.conf": parameters}
    path.write_text(yaml.safe_dump(site, sort_keys=False))


def slurmctld(world: World) -> tuple[str, str, str]:
    """Its process, its file, and what it runs by."""
    process = world.on("ctl1", "systemctl", "show", "--property", "MainPID", "--value", "slurmctld")
    shown = world.on("ctl1", "sh", "-c", "scontrol show config | grep EnforcePartLimits")
    return process, world.on("ctl1", "sha256sum", "/etc/slurm/slurm.conf"), shown


def test_a_file_that_slurmctld_refuses_never_gets_there_and_a_right_one_does(world: World) -> None:
    before = slurmctld(world)
    ask_for(world, EnforcePartLimits="SOMETIMES")  # the inventory knows parameters, not their values
    done = world.pulumi(*UP)
    assert done.code != 0
    said = told(done.output, "ctl1")
    assert said.startswith('role slurm-controller: task "Let slurmctld check the new configuration": slurmctld refuses')
    assert "Bad EnforcePartLimits: SOMETIMES" in said
    assert slurmctld(world) == before
    assert world.on("ctl1", "srun", "--immediate=60", "-w", "cpu1", "hostname").strip() == "cpu1"
    ask_for(world, EnforcePartLimits="ANY")
    assert world.pulumi(*UP).code == 0
    assert slurmctld(world)[2].split() == ["EnforcePartLimits", "=", "ANY"]
    assert world.on("ctl1", "srun", "--immediate=60", "-w", "cpu1", "hostname").strip() == "cpu1"
    before_last = world.runs()
    assert world.pulumi(*UP).code == 0
    assert world.runs() == before_last
