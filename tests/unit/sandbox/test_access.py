from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import yaml

from twinstack.sandbox import access, keys
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.wanted import Machine

LAYOUT = Layout.of("one", Path("/t"))
MACHINES = (Machine("cpu1", IPv4Address("10.78.0.21")), Machine("cpu2", IPv4Address("10.78.0.22")))


def test_hosts_are_pinned_by_address_and_name() -> None:
    pins = {"cpu1": (IPv4Address("10.78.0.21"), "ssh-ed25519 AAA root@cpu1")}
    assert keys.known_hosts(pins) == "10.78.0.21,cpu1 ssh-ed25519 AAA\n"


def test_ssh_trusts_pinned_keys_alone_and_asks_nothing() -> None:
    text = access.ssh_config(LAYOUT, MACHINES, "admin")
    assert "StrictHostKeyChecking yes" in text
    assert "BatchMode yes" in text
    assert "  User admin\n" in text
    assert "UserKnownHostsFile /t/sandboxes/one/known_hosts" in text
    assert "Host cpu2\n  HostName 10.78.0.22\n" in text


def test_ansible_goes_the_same_way() -> None:
    everything = yaml.safe_load(access.ansible_inventory(LAYOUT, MACHINES, "admin"))["all"]
    assert everything["hosts"]["cpu1"] == {"ansible_host": "10.78.0.21"}
    assert everything["vars"]["ansible_ssh_common_args"] == "-F /t/sandboxes/one/ssh_config"
    assert everything["vars"]["ansible_become"]
    roots = yaml.safe_load(access.ansible_inventory(LAYOUT, MACHINES, "root"))["all"]
    assert not roots["vars"]["ansible_become"]


def test_names_are_known_short_and_full() -> None:
    text = access.names(MACHINES, "sandbox.internal")
    assert text.splitlines() == [
        "127.0.0.1 localhost",
        "10.78.0.21 cpu1.sandbox.internal cpu1",
        "10.78.0.22 cpu2.sandbox.internal cpu2",
    ]


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "keys/cpu1"
    public = keys.make(path, "root@cpu1")
    assert public.startswith("ssh-ed25519 ")
    assert keys.make(path, "root@cpu1") == public
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_half_made_key_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "cpu1").write_text("half")
    assert keys.make(tmp_path / "cpu1", "root@cpu1").startswith("ssh-ed25519 ")


def test_names_are_written_in_place_since_hosts_see_that_file(tmp_path: Path) -> None:
    layout = Layout.of("one", tmp_path)
    layout.instance.mkdir(parents=True)
    access.write(layout, MACHINES[:1], "d", "root")
    before = layout.names.stat().st_ino
    access.write(layout, MACHINES, "d", "root")
    assert layout.names.stat().st_ino == before
    assert "cpu2" in layout.names.read_text()
    assert layout.known_hosts.read_text().count("ssh-ed25519") == 2
