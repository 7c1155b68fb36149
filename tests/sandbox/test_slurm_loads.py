"""The real slurmctld loads the rendered files of every inventory, and counts the nodes that were planned."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.slurm_loads import HOST, INVENTORIES, assert_loads, planned
from tests.sandbox.world import ROOT, World

pytestmark = pytest.mark.sandbox

RELEASE = "22.05"
"""The daemon's own: `test_slurm_roots.py` has others read what is rendered for them."""


@pytest.fixture(scope="module")
def host() -> Iterator[World]:
    world = World("loads")
    racked = world.sandbox("rack", "--hosts", HOST, "--no-kubernetes")
    assert racked.code == 0, racked.output
    world.on(
        HOST, "sh", "-c", "umask 077; head -c 128 /dev/urandom >/etc/munge/munge.key; chown munge: /etc/munge/munge.key"
    )
    world.on(HOST, "systemctl", "start", "munge")
    yield world
    world.sandbox("unrack")


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_slurmctld_loads_it_with_every_node(path: Path, host: World) -> None:
    def run(script: str, stdin: bytes) -> str:
        argv = host.command("sandbox", "exec", "--name", host.name, "--host", HOST, "--", "sh", "-c", script)
        done = subprocess.run(argv, input=stdin, capture_output=True, timeout=200, cwd=ROOT, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    assert_loads(run, planned(path, RELEASE))
