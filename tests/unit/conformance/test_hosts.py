from __future__ import annotations

import pytest

from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome, hosts
from twinstack.rendering.distribution import DEBIAN, REDHAT
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit, digest_of


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("ActiveState=active\nSubState=running\nUnitFileState=enabled\n", Outcome.OK),
        ("ActiveState=inactive\nSubState=dead\nUnitFileState=enabled\n", Outcome.WRONG),
        ("ActiveState=failed\nSubState=failed\nUnitFileState=enabled\n", Outcome.WRONG),
        ("ActiveState=active\nSubState=running\nUnitFileState=disabled\n", Outcome.WRONG),
        ("ActiveState=inactive\nSubState=dead\nUnitFileState=\n", Outcome.WRONG),
    ],
)
def test_a_started_unit_must_be_active_and_enabled(state: str, outcome: Outcome) -> None:
    shell = FakeShell().tell("systemctl", "show", stdout=state)
    verdict = hosts.unit_runs(Unit("slurmd.service"), shell)
    assert verdict.outcome is outcome
    assert "slurmd.service" in verdict.message


def test_a_unit_that_is_only_enabled_may_rest() -> None:
    shell = FakeShell().tell("systemctl", "show", stdout="ActiveState=inactive\nSubState=dead\nUnitFileState=enabled\n")
    assert hosts.unit_runs(Unit("backup.timer", started=False), shell).outcome is Outcome.OK


def test_packages_must_be_there_in_the_planned_version() -> None:
    listing = "kubelet installed 1.35.4-1.1\nmunge installed 0.5.15-2\nslurmd config-files 22.05.8-4\n"
    shell = FakeShell().tell("dpkg-query", stdout=listing)
    assert hosts.packages_installed(DEBIAN, ("kubelet=1.35.4-1.1", "munge"), shell).outcome is Outcome.OK
    verdict = hosts.packages_installed(DEBIAN, ("kubelet=1.36.0-1.1", "slurmd"), shell)
    assert verdict.outcome is Outcome.WRONG
    assert "kubelet 1.36.0-1.1: seen 1.35.4-1.1" in verdict.message
    assert "slurmd (any): seen none" in verdict.message


def test_a_beginning_of_a_version_stands_for_all_that_begin_so() -> None:
    shell = FakeShell().tell("dpkg-query", stdout="lustre-client-utils installed 2.15.5-1\n")
    assert hosts.packages_installed(DEBIAN, ("lustre-client-utils=2.15.5-*",), shell).outcome is Outcome.OK
    assert hosts.packages_installed(DEBIAN, ("lustre-client-utils=2.16.0-*",), shell).outcome is Outcome.WRONG


def test_rpm_hosts_are_asked_the_rpm_way() -> None:
    listing = "munge ok 0.5.13-13.el9 0.5.13\npackage slurm is not installed\n"
    shell = FakeShell().tell("rpm", "-q", stdout=listing)
    assert hosts.packages_installed(REDHAT, ("munge",), shell).outcome is Outcome.OK
    assert hosts.packages_installed(REDHAT, ("munge", "slurm"), shell).outcome is Outcome.WRONG


@pytest.mark.parametrize(
    ("pinned", "outcome"),
    [
        ("slurm-slurmd-24.05.3", Outcome.OK),
        ("slurm-slurmd-24.05.3-1.el9", Outcome.OK),
        ("slurm-slurmd-24.05", Outcome.WRONG),
        ("slurm-slurmd-24.05.4", Outcome.WRONG),
        ("slurm-24.05.3", Outcome.WRONG),
    ],
)
def test_a_pinned_rpm_is_asked_by_its_name_and_held_to_its_version(pinned: str, outcome: Outcome) -> None:
    asked = ("rpm", "-q", "--qf", "%{NAME} ok %{VERSION}-%{RELEASE} %{VERSION}\n")
    shell = FakeShell().tell(*asked, "slurm-slurmd", stdout="slurm-slurmd ok 24.05.3-1.el9 24.05.3\n")
    shell.tell(*asked, "slurm", stdout="slurm ok 23.11.0-1.el9 23.11.0\n")
    assert hosts.packages_installed(REDHAT, (pinned,), shell).outcome is outcome


def test_a_changed_or_missing_file_is_named() -> None:
    shell = FakeShell().tell("sha256sum", stdout=f"{digest_of('a')}  /etc/a\n{digest_of('other')}  /etc/b\n", rc=1)
    verdict = hosts.files_as_rendered({d: digest_of(d[-1]) for d in ("/etc/a", "/etc/b", "/etc/c")}, shell)
    assert verdict.outcome is Outcome.WRONG
    assert verdict.message == "/etc/b differs; /etc/c is missing"


def test_files_with_secrets_are_not_compared_by_content() -> None:
    files = (
        PlacedFile("/etc/a", artefact="a", digest=digest_of("a")),
        PlacedFile("/etc/key", artefact="k", digest=digest_of("k"), secret="munge-key"),
        PlacedFile("/etc/own"),
    )
    role = HostRole(RoleSpec("base", "all", files=files), own_files={"/etc/own": "mine"})
    assert hosts.planned_digests(role) == {"/etc/a": digest_of("a"), "/etc/own": digest_of("mine")}
