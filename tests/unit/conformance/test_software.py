from __future__ import annotations

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Condition, Outcome, software
from twinstack.inventory.model import Lmod, NfsMount, Service, Software, Spack
from twinstack.planning import plan


def conditions() -> dict[str, Condition]:
    decided = plan(
        sites.site(
            (sites.host("nas", None, Service.NFS_SERVER), sites.host("front", None, Service.LOGIN)),
            storage=sites.storage(nfs=(NfsMount("home", "nas", "/srv/home", "/home", ()),)),
            software=Software(lmod=Lmod("/home/modules"), spack=Spack("1.0.2", "/home/spack")),
        )
    )
    return {condition.host: condition for condition in software.conditions(decided)}


def test_people_are_asked_for_modules_and_the_server_for_spack() -> None:
    assert {host: condition.name for host, condition in conditions().items()} == {
        "front": "login shells have the site's modules",
        "nas": "Spack is 1.0.2",
    }


def test_the_sites_tree_must_be_on_the_path() -> None:
    check = conditions()["front"].check
    assert check(FakeShell().tell("bash", stdout="/home/modules/Core:/usr/share\n")).outcome is Outcome.OK
    assert check(FakeShell().tell("bash", stdout="/usr/share\n")).outcome is Outcome.WRONG
    assert check(FakeShell().tell("bash", rc=1)).outcome is Outcome.WRONG


def test_spack_must_be_the_pinned_one_and_run() -> None:
    check, program = conditions()["nas"].check, "/srv/home/spack/1.0.2/bin/spack"
    assert check(FakeShell().tell(program, stdout="1.0.2 (abc)\n")).outcome is Outcome.OK
    assert check(FakeShell().tell(program, stdout="1.0.20\n")).outcome is Outcome.WRONG
    assert "no python" in check(FakeShell().tell(program, rc=1, stderr="no python")).message
