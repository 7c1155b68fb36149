from __future__ import annotations

import pytest

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome
from twinstack.conformance.base import conditions, follows_source, numbers_as_planned, ssh_as_planned
from twinstack.planning import plan
from twinstack.rendering import sshd_conf

TRACKING = ("chronyc", "-n", "-c", "tracking")
CSV = "0A4E000B,10.78.0.11,11,1795254619.3,0.000046,-0.000001,0.000001,-0.9,-0.0,13.2,0.00002,0.0006,2.0,"


def test_every_machine_is_asked_and_simulated_ones_are_not() -> None:
    found = list(conditions(plan(sites.dual())))
    assert {(each.concern, each.host) for each in found} >= {("time", "c1"), ("ssh", "head"), ("users", "k1")}
    assert "g1" not in {each.host for each in found}


@pytest.mark.parametrize(
    ("leap", "outcome"), [("Normal", Outcome.OK), ("Insert second", Outcome.OK), ("Not synchronised", Outcome.WRONG)]
)
def test_the_clock_follows_a_source(leap: str, outcome: Outcome) -> None:
    verdict = follows_source(FakeShell().tell(*TRACKING, stdout=f"{CSV}{leap}\n"))
    assert verdict.outcome is outcome
    assert "source 10.78.0.11, stratum 11, 0.000046 s off" in verdict.message


def test_a_silent_daemon_is_wrong() -> None:
    verdict = follows_source(FakeShell().tell(*TRACKING, rc=1, stdout="506 Cannot talk to daemon\n"))
    assert verdict.outcome is Outcome.WRONG
    assert "506 Cannot talk" in verdict.message


def shown(**changes: str) -> str:
    """What `sshd -T` says of a host that is as planned."""
    options = {option.lower(): value for option, value in sshd_conf.options(login=False).items()}
    values = options | {"permitrootlogin": "without-password", "port": "22"} | changes
    return "".join(f"{option} {value}\n" for option, value in values.items())


def test_what_sshd_comes_to_is_compared_not_what_a_file_says() -> None:
    host = plan(sites.dual()).hosts["c1"]
    assert ssh_as_planned(host, "root", FakeShell().tell("/usr/sbin/sshd", stdout=shown())).outcome is Outcome.OK
    other = FakeShell().tell("/usr/sbin/sshd", stdout=shown(passwordauthentication="yes"))
    assert ssh_as_planned(host, "root", other).message == "PasswordAuthentication yes, planned no"


def test_users_come_to_login_hosts_with_passwords() -> None:
    host = plan(sites.dual()).hosts["head"]
    shell = FakeShell().tell("/usr/sbin/sshd", stdout=shown(passwordauthentication="yes", x11forwarding="yes"))
    assert ssh_as_planned(host, "root", shell).outcome is Outcome.OK


def test_people_are_looked_up_where_the_host_has_them_from() -> None:
    shell = FakeShell().tell("getent", "passwd", stdout="ana:x:20001:100::/home/ana:/bin/bash\nbo:x:5:100::/:/bin/sh\n")
    shell.tell("getent", "group", rc=2)
    verdict = numbers_as_planned({"ana": 20001, "bo": 20002}, {"climate": 30001}, shell)
    assert verdict.message == "passwd bo: planned 20002, seen 5; group climate: planned 30001, seen none"
