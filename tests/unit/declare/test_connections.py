from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit import sites
from twinstack.declare.connections import Connections
from twinstack.declare.known_hosts import KnownHosts

KNOWN = KnownHosts(
    {"10.0.0.1": ["ssh-ed25519 HEAD"], "c1": ["ssh-ed25519 C1"], "[gate.example]:2222": ["ssh-rsa GATE"]}
)


def connections(**access: Any) -> Connections:
    site = sites.dual()
    return Connections(replace(site, access=replace(site.access, **access)), KNOWN)


def test_a_host_is_reached_at_its_address_with_the_keys_of_either_name() -> None:
    found = connections(user="ops")
    assert found.of(found.site.hosts["c1"]).props() == {
        "name": "c1",
        "address": "10.0.0.2",
        "port": 22,
        "user": "ops",
        "hostKey": "ssh-ed25519 C1",
    }


def test_a_jump_through_a_host_of_the_site_goes_to_that_host_directly() -> None:
    found = connections(jump="head")
    jump = found.of(found.site.hosts["c1"]).jump
    assert jump
    assert (jump.name, jump.host_key, jump.jump) == ("head", "ssh-ed25519 HEAD", None)
    assert found.of(found.site.hosts["head"]).jump is None


def test_a_jump_outside_of_the_site_is_written_as_openssh_does() -> None:
    found = connections(jump="ops@gate.example:2222")
    jump = found.of(found.site.hosts["c1"]).jump
    assert jump
    assert (jump.address, jump.port, jump.user, jump.host_key) == ("gate.example", 2222, "ops", "ssh-rsa GATE")
    plain = connections(jump="gate.example")
    assert (plain.jump.port, plain.jump.user, plain.jump.host_key) == (22, "root", "")


def test_hosts_without_a_pinned_key_are_told_and_those_not_contacted_are_not() -> None:
    found = connections()
    resting = {**found.site.hosts, "c2": replace(found.site.hosts["c2"], maintenance=True)}
    assert Connections(replace(found.site, hosts=resting), KNOWN).unpinned == ["k1", "s1", "f1", "f2"]
