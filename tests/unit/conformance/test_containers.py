from __future__ import annotations

from tests.unit.conformance.fakes import FakeShell
from tests.unit.rendering.kubernetes_hosts import cluster
from twinstack.conformance import Outcome, containers
from twinstack.planning import plan


def test_every_host_with_a_kubelet_is_asked_twice() -> None:
    asked = [each.host for each in containers.conditions(plan(cluster()))]
    assert sorted(asked) == ["head", "head", "k1", "k1", "s1", "s1"]


def test_a_host_that_does_not_route_is_wrong() -> None:
    wanted = containers.settings(bridged=False)
    assert wanted == {"net.ipv4.ip_forward": "1"}
    assert containers.kernel_is_set(wanted, FakeShell().tell("cat", stdout="1\n")).outcome is Outcome.OK
    assert containers.kernel_is_set(wanted, FakeShell().tell("cat", stdout="0\n")).message == "net.ipv4.ip_forward is 0"


def test_the_settings_of_a_module_that_is_not_loaded_are_not_there() -> None:
    shell = FakeShell().tell("cat", rc=1)
    assert (
        "net.bridge.bridge-nf-call-iptables is not there"
        in containers.kernel_is_set(containers.settings(bridged=True), shell).message
    )


def test_swap_is_told_by_its_area() -> None:
    header = "Filename Type Size Used Priority\n"
    assert containers.no_swap(FakeShell().tell("cat", stdout=header)).outcome is Outcome.OK
    verdict = containers.no_swap(FakeShell().tell("cat", stdout=f"{header}/dev/sda2 partition 1 0 -2\n"))
    assert (verdict.outcome, verdict.message) == (Outcome.WRONG, "on: /dev/sda2")
