from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest

from twinstack.inventory.model import Host, Site
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules.rule import on_hosts, rule


@rule("hosts.*.rack", "pools.*")
def nothing(_site: Site) -> Iterator[Finding]:
    yield from ()


@pytest.mark.parametrize(
    ("doubt", "waits"),
    [
        (("hosts", 3, "rack"), True),
        (("hosts", 3), True),
        (("hosts",), True),
        (("hosts", 3, "address"), False),
        (("pools", "ai"), True),
        (("pools", "ai", "split", "slurm"), False),
        (("slurm",), False),
    ],
)
def test_a_rule_waits_for_what_it_reads(doubt: Place, *, waits: bool) -> None:
    assert nothing.waits([doubt]) is waits


def test_a_rule_has_the_name_of_its_function() -> None:
    assert nothing.name == "test_rule.nothing"


def test_hosts_of_an_entry_share_a_finding() -> None:
    def host(name: str, line: int) -> Host:
        return Host(name, "x", IPv4Address(1), None, None, frozenset(), simulated=False, maintenance=False, line=line)

    hosts = [host("a1", 4), host("b1", 2), host("a2", 4)]
    assert [(found.what, found.line) for found in on_hosts(hosts, "rack", "lost")] == [
        ("b1 lost", 2),
        ("a[1-2] lost", 4),
    ]
