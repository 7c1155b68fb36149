from __future__ import annotations

import json
from typing import Any

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import cluster
from twinstack.inventory.model import Artifacts, OperatingSystem, Site
from twinstack.planning import plan
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import kubernetes_worker


def role(site: Site, name: str = "k1") -> HostRole:
    planned = plan(site)
    return kubernetes_worker.render(Renderer(planned), planned.hosts[name])


def params(site: Site, name: str = "k1") -> dict[str, Any]:
    found = role(site, name)
    return {**json.loads(json.dumps(found.spec.params)), **found.own}


def test_hosts_of_a_pool_share_one_spec_and_differ_by_a_name_an_address_and_a_rack() -> None:
    hosts = (*cluster().hosts.values(), sites.host("k2", "work", rack="r2"))
    planned = plan(cluster(hosts=hosts))
    renderer = Renderer(planned)
    first, second = (kubernetes_worker.render(renderer, planned.hosts[name]) for name in ("k1", "k2"))
    assert first.spec is second.spec
    assert second.own == {"name": "k2", "own_labels": {"twinstack.io/rack": "r2"}}
    assert second.own_files == {"/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--node-ip=10.0.0.4\n"}


def test_pools_have_specs_of_their_own() -> None:
    assert role(cluster(), "k1").spec.profile == "work-server-kubernetes"
    assert role(cluster(), "s1").spec.profile == "both-server-split"


def test_the_kubelet_is_not_restarted_by_its_files_since_kubeadm_must_take_them_up_first() -> None:
    spec = role(cluster()).spec
    assert not [file for file in spec.files if file.restarts or file.reloads]
    assert params(cluster())["settings"] == [
        "/etc/kubernetes/patches/kubeletconfiguration+strategic.yaml",
        "/etc/default/kubelet",
    ]
    assert set(params(cluster())["settings"]) <= {file.dest for file in spec.files}


def test_nodes_are_awaited_where_the_network_is_there_already() -> None:
    assert params(cluster())["ready"] is True
    assert params(cluster(kubernetes=sites.kubernetes("cilium")))["ready"] is False


def test_labels_and_taints_are_decided_here() -> None:
    found = params(cluster())
    assert found["labels"]["tier"] == "services"
    assert found["taints"] == []


def test_no_secret_is_in_the_manifest() -> None:
    spec = role(cluster()).spec
    assert spec.secrets == ()
    assert "token" not in spec.text


def test_packages_come_from_upstream_unless_the_site_has_a_mirror() -> None:
    assert params(cluster())["repository"]["key"].endswith("Release.key")
    assert params(cluster(artifacts=Artifacts("upstream", "/opt/images")))["repository"] is None


def test_red_hats_family_has_its_own_place_for_flags_and_no_pins_of_apt() -> None:
    found = role(cluster(os=OperatingSystem("rocky", "9")))
    assert set(found.own_files) == {"/etc/sysconfig/kubelet"}
    assert not [file for file in found.spec.files if file.dest.startswith("/etc/apt")]
