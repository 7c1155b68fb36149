from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome
from twinstack.conformance.tuning import conditions, knob_holds, settings_hold
from twinstack.planning import plan
from twinstack.rendering.tuning import Knob

PAGES = Knob("/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages", "4", "pages")
GOVERNOR = Knob("/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor", "performance", "governor")
TRANSPARENT = Knob("/sys/kernel/mm/transparent_hugepage/enabled", "madvise", "transparent huge pages")


@pytest.mark.parametrize(
    ("knob", "shown", "outcome", "words"),
    [
        (GOVERNOR, "performance\nperformance\n", Outcome.OK, "seen performance"),
        (GOVERNOR, "performance\npowersave\n", Outcome.WRONG, "seen performance, powersave"),
        (GOVERNOR, "", Outcome.NOT_HERE, "this machine has no"),
        (TRANSPARENT, "always [madvise] never\n", Outcome.OK, "madvise"),
        (TRANSPARENT, "[always] madvise never\n", Outcome.WRONG, "seen always"),
        (PAGES, "4\n", Outcome.OK, "planned 4"),
        (PAGES, "3\n", Outcome.WRONG, "pending a reboot"),
    ],
)
def test_the_kernel_is_asked(knob: Knob, shown: str, outcome: Outcome, words: str) -> None:
    verdict = knob_holds(knob, FakeShell().tell("sh", "-c", f"cat {knob.path}", stdout=shown))
    assert verdict.outcome is outcome
    assert words in verdict.message


def test_settings_are_compared_however_they_are_spaced() -> None:
    shell = FakeShell().tell("sysctl", stdout="net.ipv4.tcp_rmem = 4096\t87380\t16777216\nvm.swappiness = 60\n")
    assert settings_hold({"net.ipv4.tcp_rmem": "4096 87380 16777216"}, shell).outcome is Outcome.OK
    wrong = settings_hold({"vm.swappiness": "10", "vm.lost": "1"}, shell)
    assert wrong.message == "vm.swappiness is 60, planned 10; vm.lost is not known to the kernel, planned 1"


def test_what_a_shared_kernel_cannot_have_is_said_and_not_passed() -> None:
    site = sites.dual()
    shared = {name: replace(each, absent=frozenset({"own-memory"})) for name, each in site.hardware.items()}
    found = list(conditions(plan(replace(site, hardware=shared))))
    assert found
    assert {each.check(FakeShell()).outcome for each in found} == {Outcome.NOT_HERE}
    assert "g1" not in {each.host for each in found}
