"""Read by OpenSSH itself, which says what a configuration comes to."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit import sites
from twinstack.conformance.reach import SshShell, write
from twinstack.inventory.model import Site

KEYS = {"ctl1": "ssh-ed25519 CTL", "cpu1": "ssh-rsa CPU"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Two hosts; one is pinned by its name, the other by its address."""
    hosts = [sites.host("ctl1"), sites.host("cpu1")]
    (tmp_path / "pins here").write_text(f"ctl1 {KEYS['ctl1']}\n10.0.0.2 {KEYS['cpu1']}\n")
    return reached(sites.site(hosts=hosts), host_keys=tmp_path / "pins here", user="admin")


def reached(site: Site, **changes: object) -> Site:
    return replace(site, access=replace(site.access, **changes))  # type: ignore[arg-type]  # the tests name real fields


def asked(site: Site, folder: Path, host: str) -> dict[str, str]:
    """What `ssh -G` makes of the configuration for a host."""
    argv = ("ssh", "-G", "-F", str(write(site, folder)), host)
    shown = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return dict(line.partition(" ")[::2] for line in shown.splitlines())


def test_hosts_are_reached_by_their_pinned_keys_alone(site: Site, tmp_path: Path) -> None:
    found = asked(site, tmp_path, "cpu1")
    assert (found["hostname"], found["user"], found["port"]) == ("10.0.0.2", "admin", "22")
    assert (found["hostkeyalias"], found["stricthostkeychecking"]) == ("cpu1", "true")
    pins = [f"{name} {key}" for name, key in KEYS.items()]
    assert (tmp_path / "known_hosts").read_text().splitlines() == pins


def test_keys_of_another_port_are_found(site: Site, tmp_path: Path) -> None:
    (tmp_path / "pins here").write_text(f"[10.0.0.2]:2222 {KEYS['cpu1']}\n")
    assert asked(reached(site, port=2222), tmp_path, "cpu1")["port"] == "2222"
    assert (tmp_path / "known_hosts").read_text() == f"cpu1 {KEYS['cpu1']}\n"


def test_the_host_that_others_are_reached_through_is_reached_directly(site: Site, tmp_path: Path) -> None:
    through = reached(site, jump="ctl1")
    assert asked(through, tmp_path, "cpu1")["proxyjump"] == "ctl1"
    assert "proxyjump" not in asked(through, tmp_path, "ctl1")


def test_a_gate_outside_has_the_usual_port_and_the_operator_s_own_pins(site: Site, tmp_path: Path) -> None:
    through = reached(site, jump="gate.example", port=2222)
    assert asked(through, tmp_path, "ctl1")["proxyjump"] == "gate.example"
    gate = asked(through, tmp_path, "gate.example")
    assert (gate["user"], gate["port"], gate["stricthostkeychecking"]) == ("admin", "22", "true")
    assert gate["userknownhostsfile"].endswith("pins here")


def test_only_a_host_without_a_pinned_key_is_met_anew_and_only_when_asked(site: Site, tmp_path: Path) -> None:
    (tmp_path / "pins here").write_text(f"ctl1 {KEYS['ctl1']}\n")
    trusting = reached(site, accept_new=True)
    assert asked(trusting, tmp_path, "ctl1")["stricthostkeychecking"] == "true"
    assert asked(trusting, tmp_path, "cpu1")["stricthostkeychecking"] == "accept-new"
    assert asked(site, tmp_path, "cpu1")["stricthostkeychecking"] == "true"


def test_who_is_not_root_asks_by_sudo(site: Site, tmp_path: Path) -> None:
    assert SshShell.to(site, "cpu1", tmp_path).backend.backend.sudo
    assert not SshShell.to(reached(site, user="root"), "cpu1", tmp_path).backend.backend.sudo
