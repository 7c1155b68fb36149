from __future__ import annotations

import pytest

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome, kernel
from twinstack.inventory.model import NfsMount, Service, Stack
from twinstack.planning import plan
from twinstack.planning.model import Plan

HAS = "nodev\tnfsd\nnodev\tnfs4\n"


def site(*absent: str) -> Plan:
    return plan(
        sites.site(
            (sites.host("nas", None, Service.NFS_SERVER), sites.host("n1", "batch")),
            (sites.pool("batch", Stack.SLURM),),
            hardware=(sites.hardware(absent=frozenset(absent)),),
            slurm=sites.slurm("batch"),
            storage=sites.storage(nfs=(NfsMount("home", "nas", "/srv", "/home", ()),)),
        )
    )


def shell(registered: str = "", *, module: bool = False) -> FakeShell:
    answers = FakeShell().tell("cat", "/proc/filesystems", stdout=registered)
    return answers.tell("modprobe", "--dry-run", "--quiet", rc=0 if module else 1)


def test_servers_and_clients_are_asked_for_what_they_count_on() -> None:
    asked = [(condition.host, condition.name) for condition in kernel.conditions(site())]
    assert asked == [("nas", "kernel-nfs-server is as declared"), ("n1", "kernel-nfs-client is as declared")]


@pytest.mark.parametrize("known", [shell(HAS), shell(module=True)])
def test_a_kernel_that_has_it_may_be_counted_on(known: FakeShell) -> None:
    assert all(condition.check(known).outcome is Outcome.OK for condition in kernel.conditions(site()))


def test_a_kernel_without_it_is_told_with_the_key_to_set() -> None:
    verdicts = [condition.check(shell()) for condition in kernel.conditions(site())]
    assert {verdict.outcome for verdict in verdicts} == {Outcome.WRONG}
    assert all("`absent`" in verdict.message for verdict in verdicts)


@pytest.mark.parametrize(("registered", "word"), [("", "as hardware.server.absent says"), (HAS, "need not stand")])
def test_what_is_declared_absent_is_no_fault(registered: str, word: str) -> None:
    absent = site("kernel-nfs-server", "kernel-nfs-client")
    for condition in kernel.conditions(absent):
        verdict = condition.check(shell(registered))
        assert verdict.outcome is Outcome.OK
        assert word in verdict.message
