"""The one sandbox on which the stories about a whole site are told."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox import spack_archive
from tests.sandbox.stories import apply
from tests.sandbox.world import Done, World

HERE = Path(__file__).parent

KEPT = os.environ.get("TWINSTACK_TEST_SANDBOX")
"""The name of a sandbox that is up already, to be used and left as it is: while writing tests."""


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    world = World(KEPT or "e2e")
    if KEPT:
        yield world
        return
    world.sandbox("down")
    yield world
    done = world.sandbox("down")
    assert done.code == 0, done.output
    left = subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
    assert "ts-e2e-" not in left
    assert not world.instance.exists()
    assert "ts-e2e-" not in Path("/proc/mounts").read_text()


@pytest.fixture(scope="session")
def killed(world: World) -> None:
    """A run that was killed in the middle of Ansible's work: hosts are half made, the stack is locked."""

    def hosts_are_changing() -> bool:
        return any("changed: [" in line for run in world.runs() for line in world.printed(run))

    if not KEPT:
        world.kill_while(hosts_are_changing, "up", deadline=900)  # a new image takes minutes


@pytest.fixture(scope="session")
def up(world: World, killed: None) -> Done:
    assert killed is None
    done = world.pulumi("up", "--yes", "--skip-preview", "--non-interactive") if KEPT else world.sandbox("up")
    print(done.output)
    assert done.code == 0, done.output
    return done


@pytest.fixture(scope="session")
def pair() -> Iterator[World]:
    """The site of the roles that stacks/sandbox has nothing for."""
    world = World("pair")
    try:
        racked = world.sandbox("rack", "--no-kubernetes", "--site", str(HERE / "pair" / "site.yaml"))
        assert racked.code == 0, racked.output
        site = world.instance / "site.yaml"
        site.write_text(site.read_text().replace("f" * 64, spack_archive.SHA256))
        script = (HERE / "standins.py").read_text()
        for host in ("ctl1", "ctl2", "cpu1", "login1"):
            world.on(host, "python3", "-c", script, spack_archive.BASE64)
        apply(world)
        yield world
    finally:
        assert world.sandbox("down").code == 0
