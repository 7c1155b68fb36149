from __future__ import annotations

from tests.unit.conformance.fakes import FakeShell
from tests.unit.rendering.roles.test_slurm_exporter import planned
from twinstack.conformance.exporters import conditions, figures
from twinstack.conformance.model import Outcome
from twinstack.inventory.model import Service


def test_figures_are_asked_for_where_they_are_made() -> None:
    assert [condition.host for condition in conditions(planned(Service.MONITORING))] == ["head"]
    assert not list(conditions(planned()))


def test_a_silent_slurmctld_is_seen() -> None:
    assert figures(FakeShell().tell("grep")).outcome is Outcome.OK
    assert "does not say slurm_up 1" in figures(FakeShell().tell("grep", rc=1)).message
