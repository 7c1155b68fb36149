"""Secrets are where they are needed and nowhere else: searched for while a whole site comes up, and afterwards.

One is from an encrypted file, one from the stack's configuration, one made at random; and there are those of kubeadm.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import yaml

from tests.sandbox.stories import UP
from tests.sandbox.world import Done, World

pytestmark = pytest.mark.sandbox

SITE = Path(__file__).parent / "sites" / "secrets.yaml"
HOSTS = ("ctl1", "cpu1", "kube1")
FILED = {"munge-key": "known-munge-key-of-the-test-0123456789"}
CONFIGURED = {"slurmdbd-password": "known-password-of-the-test"}
MADE = {"slurm-jwt-key": "/etc/slurm/jwt_hs256.key"}
ADMIN = ("--kubeconfig", "/etc/kubernetes/admin.conf")
# The only files of hosts that hold them, below a host's disk.
PLACES = {
    "munge-key": {"etc/munge/munge.key"},
    "slurmdbd-password": {"etc/slurm/slurmdbd.conf"},
    "slurm-jwt-key": {"etc/slurm/jwt_hs256.key"},
}
PURPOSE = b"twinstack: certificates for joining control planes"  # as in the module kubeadm_token
TOKEN = re.compile(rb"\b[a-z0-9]{6}\.[a-z0-9]{16}\b")


class Watch:
    """Command line and environment of every process of the machine, hosts included, as often as we can."""

    def __init__(self) -> None:
        self.seen: set[tuple[bytes, bytes]] = set()
        self.rounds = 0

    def look(self) -> None:
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                self.seen.add(((path / "cmdline").read_bytes(), (path / "environ").read_bytes()))
        self.rounds += 1

    def arguments(self, value: str) -> list[bytes]:
        """The command lines that showed a value."""
        return [line for line, _ in self.seen if value.encode() in line]

    def variables(self, value: str) -> set[tuple[bytes, bytes]]:
        """The variables that held a value, each with the command line of its process."""
        every = ((line, text) for line, environment in self.seen for text in environment.split(b"\0"))
        return {(line, text.partition(b"=")[0]) for line, text in every if value.encode() in text}

    @contextmanager
    def looking(self) -> Iterator[None]:
        over = threading.Event()

        def work() -> None:
            while not over.wait(0.02):
                self.look()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def holders(folder: Path, values: list[str]) -> set[Path]:
    """Files below a folder that hold one of the values."""
    argv = ("grep", "-rlaF", "-f", "/dev/stdin", "--exclude-dir=merged", str(folder))
    done = subprocess.run(argv, input="\n".join(values), capture_output=True, text=True, check=False)
    return {Path(line).relative_to(folder) for line in done.stdout.splitlines()}


def held_by_the_operator(world: World, values: list[str]) -> set[Path]:
    """State, run folders, artefacts, logs: all that the instance's folder has beside the hosts' disks."""
    return {path for path in holders(world.instance, values) if path.parts[0] != "hosts"}


def made_by_kubeadm(world: World) -> dict[str, str]:
    """The cluster's bootstrap tokens, and the keys of its authority and its administrator."""
    shown = world.on("ctl1", "kubectl", *ADMIN, "-n", "kube-system", "get", "secret", "-o", "json")
    found = [
        secret["data"] for secret in json.loads(shown)["items"] if secret["type"] == "bootstrap.kubernetes.io/token"
    ]
    authority = world.on("ctl1", "cat", "/etc/kubernetes/pki/ca.key")
    admin = yaml.safe_load(world.on("ctl1", "cat", "/etc/kubernetes/admin.conf"))
    return {
        **{f"token {number}": decoded(data["token-secret"]) for number, data in enumerate(found)},
        # Further control planes would fetch their certificates with it.
        "certificate key": hmac.new(authority.encode(), PURPOSE, hashlib.sha256).hexdigest(),
        "administrator's key": admin["users"][0]["user"]["client-key-data"],
        "authority": authority.splitlines()[1],
    }


def decoded(text: str) -> str:
    return subprocess.run(["base64", "-d"], input=text, capture_output=True, text=True, check=True).stdout


def seal(world: World, secrets: dict[str, str]) -> None:
    world.seal(**{name.replace("-", "_"): value for name, value in secrets.items()})


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World(f"s{os.getpid()}")
    try:
        racked = world.sandbox("rack", "--site", str(SITE))
        assert racked.code == 0, racked.output
        world.prepare()
        seal(world, FILED)
        for name, value in CONFIGURED.items():
            world.confide(name, value)
        yield world
    finally:
        assert world.sandbox("down").code == 0


@pytest.fixture(scope="module")
def watched(world: World) -> tuple[Watch, Done]:
    watch = Watch()
    with watch.looking():
        done = world.pulumi(*UP)
    assert done.code == 0, done.output
    print(f"processes looked at {watch.rounds} times in {done.seconds:.0f} s, {len(watch.seen)} different texts")
    return watch, done


@pytest.fixture(scope="module")
def values(world: World, watched: tuple[Watch, Done]) -> dict[str, str]:
    assert watched[1].code == 0
    made = {name: world.on("ctl1", "cat", path).strip() for name, path in MADE.items()}
    found = {**FILED, **CONFIGURED, **made, **made_by_kubeadm(world)}
    assert found.keys() >= PLACES.keys()
    assert all(len(value) > 8 for value in found.values())
    assert sum(name.startswith("token") for name in found) >= 1
    return found


def test_no_process_ever_showed_one(watched: tuple[Watch, Done], values: dict[str, str]) -> None:
    watch, done = watched
    assert watch.rounds > done.seconds  # more often than once a second
    assert {name: shown for name, value in values.items() if (shown := watch.arguments(value))} == {}
    assert [line for line, _ in watch.seen if b"kubeadm" in line and TOKEN.search(line)] == []


def test_no_environment_held_one_but_pulumis_own(watched: tuple[Watch, Done], values: dict[str, str]) -> None:
    """Pulumi gives programs their configuration by PULUMI_CONFIG (pulumiConfigVar of its pulumi-language-python)."""
    held = {name: found for name, value in values.items() if (found := watched[0].variables(value))}
    print({name: sorted(line.replace(b"\0", b" ")[:150] for line, _ in found) for name, found in held.items()})
    assert held.keys() <= CONFIGURED.keys()
    assert {variable for found in held.values() for _, variable in found} <= {b"PULUMI_CONFIG"}
    assert not [line for found in held.values() for line, _ in found if b"ansible" in line or b"sops" in line]


def test_the_run_said_none(watched: tuple[Watch, Done], values: dict[str, str]) -> None:
    assert [name for name, value in values.items() if value in watched[1].output] == []


def test_nothing_of_the_operator_holds_one(world: World, values: dict[str, str]) -> None:
    assert held_by_the_operator(world, list(values.values())) == set()
    assert list((world.instance / "pulumi").rglob("sandbox.json"))
    assert world.runs()


def test_hosts_hold_them_where_they_are_read_and_nowhere_else(world: World, values: dict[str, str]) -> None:
    for name, places in PLACES.items():
        for host in HOSTS:
            disk = world.instance / "hosts" / host
            found = {str(path).partition("/")[2] for path in holders(disk, [values[name]])}
            assert found <= places, (host, name)


def test_no_journal_tells_one(world: World, values: dict[str, str]) -> None:
    for host in HOSTS:
        journal = world.on(host, "journalctl", "--output", "export")
        assert [name for name, value in values.items() if value in journal] == [], host


def rotated(world: World, *values: str) -> dict[str, set[str]]:
    """What new values of secrets have applied, by role; they are nowhere else."""
    before = world.runs()
    done = world.pulumi(*UP)
    assert done.code == 0, done.output
    assert not [value for value in values if value in done.output]
    assert held_by_the_operator(world, list(values)) == set()
    (run,) = (run for run in world.runs() if run not in before)
    return {role: hosts for role, hosts in world.roles_of(run).items() if hosts}


@pytest.mark.usefixtures("values")
def test_a_new_password_in_the_configuration_is_taken_up_where_it_is_used(world: World) -> None:
    new = "another-password-of-the-test"
    world.confide("slurmdbd-password", new)
    assert rotated(world, new) == {"slurm_accounting": {"ctl1"}}
    assert "vault" in world.on("ctl1", "sacctmgr", "--noheader", "show", "cluster", "format=cluster")


@pytest.mark.usefixtures("values")
def test_a_new_munge_key_in_the_file_is_taken_up_by_all_of_slurm_and_jobs_run(world: World) -> None:
    new = "another-munge-key-of-the-test-9876543210"
    seal(world, {"munge-key": new})
    assert rotated(world, new) == {"munge": {"ctl1", "cpu1"}}
    assert world.on("ctl1", "srun", "--immediate=60", "hostname").strip() == "cpu1"
    assert "vault" in world.on("ctl1", "sacctmgr", "--noheader", "show", "cluster", "format=cluster")


def test_a_secret_that_was_made_gives_way_to_one_that_is_given(world: World, values: dict[str, str]) -> None:
    assert world.on("ctl1", "cat", MADE["slurm-jwt-key"]).strip() == values["slurm-jwt-key"]  # the same after two runs
    new = "another-key-of-the-test-that-signs-tokens-0123456789"
    world.confide("slurm-jwt-key", new)
    assert rotated(world, new) == {"slurm_accounting": {"ctl1"}, "slurm_controller": {"ctl1"}}
    assert world.on("ctl1", "cat", MADE["slurm-jwt-key"]).strip() == new
    assert world.on("ctl1", "scontrol", "token").startswith("SLURM_JWT=")
