from __future__ import annotations

from dataclasses import replace

from tests.unit import sites
from twinstack.declare.connections import Connections
from twinstack.declare.known_hosts import KnownHosts
from twinstack.declare.notices import fold, notices
from twinstack.planning import plan

PINNED = KnownHosts({f"10.0.0.{number}": ["ssh-ed25519 KEY"] for number in range(1, 9)})


def told(known: KnownHosts, parallel: int | None, *resting: str) -> list[str]:
    site = sites.dual()
    hosts = {name: replace(host, maintenance=name in resting) for name, host in site.hosts.items()}
    site = replace(site, hosts=hosts)
    return list(notices(plan(site), Connections(site, known), parallel))


def test_a_site_in_order_needs_no_notice() -> None:
    assert told(PINNED, 2000) == []
    assert told(PINNED, None) == []


def test_hosts_that_will_not_be_contacted_are_named_folded() -> None:
    assert told(KnownHosts(), 2000, "c1", "c2") == [
        "no SSH host key is pinned in access.host_keys for f[1-2],head,k1,s1: not to be contacted",
        "in maintenance, not contacted: c[1-2]",
    ]


def test_small_batches_are_noticed() -> None:
    assert told(PINNED, 4) == [
        "the engine asks for 4 of 7 hosts at a time: with PULUMI_PARALLEL=2000 one run serves all"
    ]


def test_names_are_folded_as_slurm_users_write_them() -> None:
    assert fold(["cpu1", "cpu3", "cpu2"]) == "cpu[1-3]"
