"""Hosts behind another host, reached by an ordinary user: met, remembered, refused when somebody else, never shut."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.sandbox.stories import UP, refresh, told
from tests.sandbox.world import Done, World
from twinstack.provider.ssh import control_folder

pytestmark = pytest.mark.sandbox

SITE = Path(__file__).parent / "sites" / "small.yaml"
OPERATOR, GATE = "10.78.0.2", "10.78.0.11"
DROP_IN = "/etc/ssh/sshd_config.d/00-twinstack.conf"
KEYS, ELSEWHERE = "/var/lib/admin/.ssh/authorized_keys", "/etc/ssh/keys/admin"


def accepted(world: World, host: str) -> list[str]:
    """Where the SSH connections to a host came from, this question's own left out."""
    only = ("--unit", "ssh", "--identifier", "sshd", "--grep", "Accepted publickey")  # sudo tells what it runs, too
    lines = world.on(host, "journalctl", *only, "--output", "cat")
    return [line.split(" from ")[1].split()[0] for line in lines.splitlines()]


def hang_up(world: World) -> None:
    """End the connections that are kept for the next run."""
    for socket in control_folder(world.instance / "work" / "runs" / "any").iterdir():
        subprocess.run(["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "any"], check=False, capture_output=True)


def host_keys(world: World) -> dict[str, str]:
    """The learned keys in state, by host."""
    resources = world.state()["deployment"]["resources"]  # type: ignore[index]
    return {r["outputs"]["name"]: r["outputs"]["key"] for r in resources if r["type"] == "twinstack:index:HostKey"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World(f"h{os.getpid()}")
    try:
        racked = world.sandbox("rack", "--site", str(SITE), "--no-kubernetes")
        assert racked.code == 0, racked.output
        pins = (world.instance / "known_hosts").read_text().splitlines()
        (world.instance / "pins").write_text("".join(f"{line}\n" for line in pins if "ctl1" in line))
        site = yaml.safe_load((world.instance / "site.yaml").read_text())
        site["access"] |= {"host_keys": "pins", "jump": "ctl1", "unknown_hosts": "accept-new"}
        (world.instance / "site.yaml").write_text(yaml.safe_dump(site, sort_keys=False))
        yield world
    finally:
        assert world.sandbox("down").code == 0


@pytest.fixture(scope="module")
def first(world: World) -> Done:
    done = world.pulumi(*UP)
    assert done.code == 0, done.output
    return done


def test_the_first_key_is_shown_and_pinned_in_state(world: World, first: Done) -> None:
    public = " ".join((world.instance / "keys" / "cpu1.pub").read_text().split()[:2])
    assert host_keys(world) == {"cpu1": public}
    assert "host cpu1: trusted on first use, pinned from now on: ssh-ed25519 SHA256:" in first.output
    assert "host ctl1: trusted" not in first.output


@pytest.mark.usefixtures("first")
def test_a_host_is_reached_through_the_other_by_one_connection_a_run(world: World) -> None:
    seen = accepted(world, "cpu1")
    print(f"connections to cpu1: {seen}; to ctl1: {accepted(world, 'ctl1')}")
    # Once to meet it, once for the whole run; the sandbox itself looked after it before and just now.
    assert seen.count(GATE) == 2
    hang_up(world)
    site = world.instance / "site.yaml"
    site.write_text(added(site))
    before = accepted(world, "ctl1").count(OPERATOR)
    done = world.pulumi(*UP)
    assert done.code == 0, done.output
    assert accepted(world, "cpu1").count(GATE) == 3
    # The run's own connection, which carries those to cpu1, and the two questions.
    assert accepted(world, "ctl1").count(OPERATOR) - before == 2


def added(site: Path) -> str:
    """The inventory with one user more, which changes every host."""
    document = yaml.safe_load(site.read_text())
    users = document["identity"]["users"]
    users[f"user{len(users)}"] = {"uid": 20100 + len(users)}
    return yaml.safe_dump(document, sort_keys=False)


@pytest.mark.usefixtures("first")
def test_every_host_is_reached_as_an_ordinary_user_and_root_is_not_let_in(world: World) -> None:
    direct = ("ssh", "-F", str(world.instance / "ssh_config"))
    for host in ("ctl1", "cpu1"):
        assert world.sandbox("exec", "--", *direct, host, "id", "-un").output.strip() == "admin"
        assert "Permission denied" in world.sandbox("exec", "--", *direct, f"root@{host}", "id").output


@pytest.mark.usefixtures("first")
def test_conformance_goes_the_same_way_and_finds_what_root_alone_sees(world: World, tmp_path: Path) -> None:
    before = accepted(world, "cpu1").count(GATE)
    done, found = world.conform(tmp_path, "-k", "ssh or users or services")
    assert done.code == 0, done.output
    assert {"cpu1: ssh: options in effect", "ctl1: ssh: options in effect"} <= found.keys()
    assert set(found.values()) == {"passed"}
    assert accepted(world, "cpu1").count(GATE) > before


def refused(world: World) -> str:
    """What an up of all hosts says that the one cannot take; the other one has got the change."""
    refresh(world)
    assert told(world, "cpu1", "base") == [f"{DROP_IN} changed"]
    site = world.instance / "site.yaml"
    site.write_text(added(site))
    newest = list(yaml.safe_load(site.read_text())["identity"]["users"])[-1]
    before = reloads(world)
    hang_up(world)
    done = world.pulumi(*UP)
    assert done.code != 0
    assert "host cpu1: role base" in done.output
    assert "host ctl1: role" not in done.output
    world.on("ctl1", "id", newest)
    assert world.sandbox("exec", "--host", "cpu1", "--", "id", newest).code == 1
    # This login is a new one: the daemon goes on as it was.
    assert reloads(world) == before
    return done.output


def reloads(world: World) -> str:
    """The reloads of the SSH daemon so far."""
    return world.on("cpu1", "journalctl", "--unit", "ssh", "--identifier", "systemd", "--output", "cat")


def mended(world: World) -> None:
    """The next up brings the host to where the others are."""
    hang_up(world)
    done = world.pulumi(*UP)
    assert done.code == 0, done.output
    assert world.sandbox("exec", "--host", "cpu1", "--", "tail", "-n1", DROP_IN).output == "X11Forwarding no\n"


@pytest.mark.usefixtures("first")
def test_options_that_would_lock_the_operator_out_are_not_placed(world: World) -> None:
    """Somebody keeps keys elsewhere and said so in our file: as the site has it, nobody would come in any more."""
    elsewhere = (
        f"install -D -m 644 {KEYS} {ELSEWHERE}",
        f"rm {KEYS}",
        f"echo AuthorizedKeysFile {ELSEWHERE} >>{DROP_IN}",
    )
    world.on("cpu1", "sh", "-c", " && ".join((*elsewhere, "systemctl reload ssh")))
    why = f"{DROP_IN}: it would lock admin out: no file of AuthorizedKeysFile has a key for admin"
    assert why in refused(world)
    assert ELSEWHERE in world.on("cpu1", "tail", "-n1", DROP_IN)
    world.on("cpu1", "install", "-o", "admin", "-g", "admin", "-m", "600", ELSEWHERE, KEYS)
    mended(world)


@pytest.mark.usefixtures("first")
def test_a_configuration_that_sshd_cannot_read_is_not_taken_up(world: World) -> None:
    """Somebody left a broken file beside ours: a daemon that read it would end, and with it the only way in."""
    broken = "/etc/ssh/sshd_config.d/50-by-hand.conf"
    world.on("cpu1", "sh", "-c", f"echo 'PermitRootLogin perhaps' >{broken}; echo '# by hand' >>{DROP_IN}")
    assert f'{broken} line 1: unsupported option "perhaps"' in refused(world)
    assert world.on("cpu1", "tail", "-n1", DROP_IN) == "# by hand\n"
    world.on("cpu1", "rm", broken)
    mended(world)


@pytest.mark.usefixtures("first")
def test_another_key_is_refused_until_the_operator_forgets_the_old_one(world: World) -> None:
    site = world.instance / "site.yaml"
    site.write_text(added(site))
    fresh = (
        "rm /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; systemctl reload ssh"
    )
    world.on("cpu1", "sh", "-c", fresh)
    hang_up(world)
    refused = world.pulumi(*UP)
    assert refused.code != 0
    assert "host cpu1: refused (role" in refused.output
    assert "shows another SSH host key than the one that is pinned" in refused.output
    forgotten = world.pulumi(*UP, "--replace", "**HostKey::cpu1")
    assert forgotten.code == 0, forgotten.output
    done = world.pulumi(*UP)
    assert done.code == 0, done.output
