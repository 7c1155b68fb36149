from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi

from tests.unit import sites
from tests.unit.declare.engines import Engine, declared
from twinstack.declare.connections import Connections
from twinstack.declare.host_keys import after, with_learned_keys
from twinstack.declare.known_hosts import KnownHosts

KNOWN = KnownHosts({"10.0.0.1": ["ssh-ed25519 HEAD"], "c1": ["ssh-ed25519 C1"]})


def learned(known: KnownHosts = KNOWN, **access: Any) -> tuple[Engine, dict[str, object]]:
    """The engine, and what became of each host's key."""
    site = sites.dual()
    resting = {**site.hosts, "k1": replace(site.hosts["k1"], maintenance=True)}
    site = replace(site, hosts=resting, access=replace(site.access, **access))
    keys: dict[str, object] = {}

    def program() -> None:
        found = with_learned_keys(Connections(site, known), pulumi.ResourceOptions())
        for name, host in site.hosts.items():
            pulumi.Output.from_input(found.of(host).host_key).apply(lambda key, name=name: keys.update({name: key}))

    return declared(program), keys


def test_nobody_is_trusted_unless_the_inventory_asks_for_it() -> None:
    engine, keys = learned()
    assert engine.of("HostKey") == {}
    assert keys["c1"] == "ssh-ed25519 C1"
    assert keys["s1"] == ""


def test_only_hosts_without_a_pinned_key_are_met_and_those_in_maintenance_are_not() -> None:
    engine, keys = learned(accept_new=True)
    made = engine.of("HostKey")
    assert sorted(made) == ["c2", "f1", "f2", "k1", "s1"]
    assert [name for name in made if not made[name]["contact"]] == ["k1"]
    assert keys["c1"] == "ssh-ed25519 C1"
    assert keys["s1"] == "shown"


def test_an_unknown_jump_host_is_met_first() -> None:
    engine, keys = learned(KnownHosts(), accept_new=True, jump="head")
    made = engine.of("HostKey")
    assert "jump" not in made["head"]
    assert made["c1"]["jump"]["hostKey"] == "shown"
    assert engine.after["c1"] == {"head"}
    assert keys["head"] == "shown"
    outside, _ = learned(KnownHosts(), accept_new=True, jump="ops@gate.example")
    assert outside.of("HostKey")["gate.example"]["user"] == "ops"


def test_hosts_are_declared_once_every_key_is_known() -> None:
    found: list[object] = []

    def program() -> None:
        secrets = pulumi.Output.from_input({"munge-key": "k"})
        after({"c1": pulumi.Output.from_input("key")}, secrets).apply(found.append)
        assert after({}, secrets) is secrets

    declared(program)
    assert found == [{"munge-key": "k"}]
