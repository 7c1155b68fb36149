from __future__ import annotations

import shlex

from tests.unit import sites
from twinstack.planning import plan
from twinstack.rendering import node_exporter_env
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import node_exporter


def test_it_is_one_spec_for_the_site_and_restarts_on_new_options() -> None:
    renderer = Renderer(plan(sites.dual()))
    roles = {id(node_exporter.render(renderer, host)) for host in renderer.plan.hosts.values()}
    assert len(roles) == 1
    spec = renderer.specs["roles/node-exporter/all.json"]
    assert [unit.name for unit in spec.units] == ["prometheus-node-exporter.service"]
    assert [file.restarts for file in spec.files] == [("prometheus-node-exporter.service",)]


def test_options_are_one_variable_that_splits_at_blanks() -> None:
    name, _, value = node_exporter_env.text().strip().partition("=")
    assert name == "ARGS"
    assert shlex.split(shlex.split(value)[0]) == list(node_exporter_env.OPTIONS)
