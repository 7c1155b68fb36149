from __future__ import annotations

import json
from ipaddress import IPv4Interface
from typing import Any

import pytest

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome
from twinstack.conformance.fabric import functions_as_planned, port_as_planned
from twinstack.planning.fabric import Port

NETWORK = sites.network("fabric", "10.20.0.0/16", mtu=9000)
PORT = Port("fab0", NETWORK, IPv4Interface("10.20.0.7/16"), rdma=False, functions=4, guid=None)


def shown(**changes: Any) -> FakeShell:
    address = {"family": "inet", "local": "10.20.0.7", "prefixlen": 16}
    link = {"operstate": "UP", "mtu": 9000, "addr_info": [address]} | changes
    return FakeShell().tell("ip", "-json", "address", "show", "dev", "fab0", stdout=json.dumps([link]))


@pytest.mark.parametrize(
    ("changes", "outcome", "words"),
    [
        ({}, Outcome.OK, "UP, MTU 9000"),
        ({"mtu": 1500}, Outcome.WRONG, "MTU 1500, planned 9000"),
        ({"addr_info": []}, Outcome.WRONG, "address none, planned 10.20.0.7/16"),
        ({"operstate": "DOWN"}, Outcome.WRONG, "link is DOWN"),
    ],
)
def test_a_port_is_seen_as_it_is(changes: dict[str, Any], outcome: Outcome, words: str) -> None:
    verdict = port_as_planned(PORT, shown(**changes))
    assert verdict.outcome is outcome
    assert words in verdict.message


def test_a_port_that_is_not_there_is_wrong() -> None:
    shell = FakeShell().tell("ip", rc=1, stderr='Device "fab0" does not exist.\n')
    assert port_as_planned(PORT, shell).message == 'Device "fab0" does not exist.'


def test_virtual_functions_are_counted_by_the_kernel() -> None:
    shell = FakeShell().tell("cat", stdout="4\n")
    assert functions_as_planned(PORT, shell).outcome is Outcome.OK
    assert functions_as_planned(PORT, FakeShell().tell("cat", rc=1, stderr="none")).outcome is Outcome.WRONG
