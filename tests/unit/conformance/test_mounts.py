from __future__ import annotations

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Condition, Outcome, mounts
from twinstack.inventory.model import GpfsMount, LustreMount, NfsMount, Service, Stack
from twinstack.planning import plan


def condition(*absent: str) -> Condition:
    decided = plan(
        sites.site(
            (sites.host("nas", None, Service.NFS_SERVER), sites.host("n1", "batch")),
            (sites.pool("batch", Stack.SLURM),),
            hardware=(sites.hardware(absent=frozenset(absent)),),
            slurm=sites.slurm("batch"),
            storage=sites.storage(nfs=(NfsMount("home", "nas", "/srv/home", "/home", ()),)),
        )
    )
    (found,) = mounts.conditions(decided)
    return found


def used(seen: str, rc: int = 0) -> FakeShell:
    return FakeShell().tell("timeout", "40", "stat", rc=rc).tell("findmnt", stdout=seen)


def test_the_planned_export_is_mounted_after_the_first_use() -> None:
    assert condition().title == "n1: mounts: nas:/srv/home on /home"
    assert condition().check(used("10.0.0.1:/srv/home nfs4\n")).outcome is Outcome.OK


def test_another_file_system_or_none_is_wrong() -> None:
    assert condition().check(used("10.0.0.1:/srv/other nfs4\n")).outcome is Outcome.WRONG
    assert "not mounted" in condition().check(used("")).message


def test_a_dead_server_is_told_and_not_waited_for() -> None:
    verdict = condition().check(used("", rc=124))
    assert verdict.outcome is Outcome.WRONG
    assert "no answer in 40 s" in verdict.message


def test_a_kernel_without_a_client_is_no_pass() -> None:
    assert condition("kernel-nfs-client").check(FakeShell()).outcome is Outcome.NOT_HERE


def test_file_systems_of_the_fabric_are_asked_for_where_they_are_mounted() -> None:
    decided = plan(
        sites.site(
            (sites.host("n1", "batch"),),
            (sites.pool("batch", Stack.SLURM),),
            slurm=sites.slurm("batch"),
            storage=sites.storage(
                lustre=(LustreMount("scratch", "10.0.0.9@tcp", "scr", "/scratch", None),),
                gpfs=(GpfsMount("work", "fs1", "/gpfs/work"),),
            ),
        )
    )
    scratch, work = mounts.conditions(decided)
    assert scratch.check(used("10.0.0.9@tcp:/scr lustre\n")).outcome is Outcome.OK
    assert scratch.check(used("10.0.0.9@tcp:/other lustre\n")).outcome is Outcome.WRONG
    assert work.check(used("fs1 gpfs\n")).outcome is Outcome.OK
