from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.tenancy.plans import Planned, pool, sandbox
from twinstack import components
from twinstack.components.model import Chart, ChartSource, source_of
from twinstack.planning.model import ComponentPlan

CHART = Chart("kueue", "0.19.2", "oci://registry.example/charts", "kueue-system", {})
INVENTORY = "/sites/tiny/site.yaml"


@pytest.mark.parametrize(
    ("mirror", "expected"),
    [
        ("upstream", ChartSource("oci://registry.example/charts/kueue")),
        ("oci://mirror.example/c/", ChartSource("oci://mirror.example/c/kueue")),
        ("https://mirror.example/c", ChartSource("kueue", repository="https://mirror.example/c")),
        ("charts", ChartSource("kueue-0.19.2", path="/sites/tiny/charts")),
        ("/srv/charts", ChartSource("kueue-0.19.2", path="/srv/charts")),
    ],
)
def test_where_a_chart_comes_from(mirror: str, expected: ChartSource) -> None:
    assert source_of(CHART, mirror, INVENTORY) == expected


def test_a_chart_of_an_http_repository_upstream() -> None:
    chart = replace(CHART, repository="https://charts.example")
    assert source_of(chart, "upstream", INVENTORY) == ChartSource("kueue", repository="https://charts.example")


def test_names_are_those_of_the_plan() -> None:
    assert [component.name for component in components.switched_on(sandbox())] == ["kwok", "kueue"]


def test_what_is_switched_off_is_not_there() -> None:
    off = {"kueue": ComponentPlan("kueue", on=False, why="switched off", settings={})}
    assert components.switched_on(Planned(components=off).host("h1", pool("p")).build()) == ()


def test_a_component_comes_after_those_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    kwok, kueue = components.COMPONENTS
    monkeypatch.setattr(components, "COMPONENTS", (replace(kwok, needs=("kueue", "absent")), kueue))
    assert [component.name for component in components.switched_on(sandbox())] == ["kueue", "kwok"]


def test_problems_name_their_component() -> None:
    found = components.problems(Planned().host("s1", pool("p"), simulated=True).build())
    assert [problem.partition(":")[0] for problem in found] == ["kwok", "kueue"]
