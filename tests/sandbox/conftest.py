"""The one sandbox on which the stories about a whole site are told."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.world import Done, World

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
