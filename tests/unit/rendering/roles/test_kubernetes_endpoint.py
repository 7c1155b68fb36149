from __future__ import annotations

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import cluster
from twinstack.inventory.model import Service
from twinstack.planning import plan
from twinstack.rendering import keepalived_conf
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import kubernetes_endpoint

THREE = cluster(
    hosts=[sites.host(name, None, Service.KUBERNETES_CONTROL_PLANE) for name in "abc"],
    pools=[],
    kubernetes=sites.kubernetes(endpoint="10.0.0.100:6443"),
)


def test_control_planes_differ_by_addresses_alone() -> None:
    planned = plan(THREE)
    renderer = Renderer(planned)
    found = [kubernetes_endpoint.render(renderer, host) for host in planned.hosts.values()]
    assert len({id(role.spec) for role in found}) == 1
    assert len({role.digest for role in found}) == 3
    assert {file.dest for file in found[0].spec.files} == set(found[0].own_files)


def test_a_changed_configuration_is_checked_and_taken_up_without_a_restart() -> None:
    planned = plan(THREE)
    spec = kubernetes_endpoint.render(Renderer(planned), planned.hosts["a"]).spec
    config = next(file for file in spec.files if file.dest == keepalived_conf.CONFIG)
    assert (config.validate, config.reloads) == (keepalived_conf.CHECK, ("keepalived.service",))
    assert [unit.name for unit in spec.units] == ["keepalived.service"]
