"""A dead file server harms no boot: real systemd, the rendered units, a mount.nfs that hangs as a dead server's."""

from __future__ import annotations

import json
import os
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from tests.sandbox.world import ROOT, TWINSTACK, Done, World
from twinstack.inventory.load import load
from twinstack.planning import plan
from twinstack.rendering import mount_units
from twinstack.rendering.renderer import Renderer

pytestmark = pytest.mark.sandbox

WHERE, HELPER = "/mnt/dead", "/usr/sbin/mount.nfs"
HANGS = "#!/bin/sh\nexec sleep infinity\n"
ANSWERS = f"#!/bin/sh\nexec mount -i -t tmpfs tmpfs {WHERE}\n"
# A daemon that stands on the mount and is wanted at boot, as a slurmctld with a shared state is.
DAEMON = (
    f"[Unit]\nRequiresMountsFor={WHERE}/state\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=true\n"
    "[Install]\nWantedBy=multi-user.target\n"
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World(f"m{os.getpid()}")
    done = world.sandbox("rack", "--hosts", "cpu1", "--no-kubernetes")
    assert done.code == 0, done.output
    yield world
    world.sandbox("unrack")


@pytest.fixture(scope="module")
def booted(world: World) -> float:
    """A host with an automount of a dead server, booted; how many seconds its SSH took."""
    put(world, HELPER, HANGS, "755")
    put(world, "/etc/systemd/system/stands-on-it.service", DAEMON)
    for dest, text in units(world).items():
        put(world, dest, text)
    world.on("cpu1", "systemctl", "daemon-reload")
    world.on("cpu1", "systemctl", "enable", "remote-fs.target", "mnt-dead.automount", "stands-on-it.service")
    return reboot(world)


def units(world: World) -> dict[str, str]:
    renderer = Renderer(plan(load(world.instance / "site.yaml")))
    mount = mount_units.nfs(renderer.site, renderer.site.storage.nfs[0])
    files = mount_units.files(renderer, replace(mount, where=WHERE, what="10.78.0.250:/dead"))
    return {file.dest: renderer.artefacts[file.artefact or ""].text for file in files}


def put(world: World, dest: str, text: str, mode: str = "644") -> None:
    encoded = b64encode(text.encode()).decode()
    world.on("cpu1", "sh", "-c", f"echo {encoded} | base64 -d >'{dest}' && chmod {mode} '{dest}'")


def reboot(world: World) -> float:
    before = boot_of(world)
    world.on("cpu1", "systemd-run", "--on-active=1s", "systemctl", "reboot")
    begin = time.monotonic()
    waiting = Retrying(retry=retry_if_result(lambda new: not new), stop=stop_after_delay(60), wait=wait_fixed(0.2))
    waiting(lambda: boot_of(world) not in {"", before})
    return time.monotonic() - begin


def boot_of(world: World) -> str:
    """What tells one boot of a host from the next: when its systemd was started."""
    ask = ("systemctl", "show", "--property=UserspaceTimestampMonotonic")
    done = world.sandbox("exec", "--host", "cpu1", "--", *ask, timeout=20)
    return done.output if done.code == 0 else ""


def state(world: World, unit: str) -> str:
    return world.sandbox("exec", "--host", "cpu1", "--", "systemctl", "is-active", unit).output.strip()


def leave(world: World) -> Done:
    """Have the host end the automount as a role does that no longer has it."""
    module = ("-m", "twinstack_leaving", "-a", json.dumps({"units": ["mnt-dead.automount"]}))
    ansible = ("env", f"ANSIBLE_CONFIG={ROOT}/playbooks/ansible.cfg", str(TWINSTACK.with_name("ansible")))
    reach = ("cpu1", "-i", str(world.instance / "ansible.yaml"))
    return world.sandbox("exec", "--", *ansible, *reach, *module)


def use(world: World) -> tuple[int, float]:
    done = world.sandbox("exec", "--host", "cpu1", "--", "timeout", "60", "stat", "--file-system", f"{WHERE}/.")
    return done.code, done.seconds


def test_ssh_answers_while_the_server_is_dead(world: World, booted: float) -> None:
    assert booted < 25
    assert [state(world, unit) for unit in ("ssh.service", "mnt-dead.automount", "remote-fs.target")] == ["active"] * 3
    assert state(world, "stands-on-it.service") == "inactive"


@pytest.mark.usefixtures("booted")
def test_a_use_fails_after_the_deadline_and_so_does_the_next(world: World) -> None:
    use(world)  # may find the boot's own attempt half way
    for _ in range(2):
        code, seconds = use(world)
        assert code != 0
        assert 25 < seconds < 45
    assert state(world, "mnt-dead.automount") == "active"


@pytest.mark.usefixtures("booted")
def test_the_first_use_after_the_server_is_back_finds_it(world: World) -> None:
    put(world, HELPER, ANSWERS, "755")
    assert use(world)[0] == 0
    assert state(world, "mnt-dead.mount") == "active"


@pytest.mark.usefixtures("booted")
def test_a_mount_in_use_is_not_taken_off_and_a_free_one_goes_before_its_automount(world: World) -> None:
    put(world, HELPER, ANSWERS, "755")
    assert use(world)[0] == 0
    world.on("cpu1", "systemd-run", "--unit", "holder", f"--working-directory={WHERE}", "sleep", "infinity")
    refused = leave(world)
    assert refused.code != 0
    assert f"{WHERE} is no longer wanted here and is in use by sleep" in refused.output
    assert [state(world, unit) for unit in ("mnt-dead.mount", "mnt-dead.automount")] == ["active"] * 2
    world.on("cpu1", "systemctl", "stop", "holder.service")
    done = leave(world)
    assert done.code == 0, done.output
    assert [state(world, unit) for unit in ("mnt-dead.mount", "mnt-dead.automount")] == ["inactive"] * 2
    assert "mnt-dead" not in world.on("cpu1", "systemctl", "list-unit-files", "--state=enabled")
    assert '"changed": false' in leave(world).output
