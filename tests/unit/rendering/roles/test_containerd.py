from __future__ import annotations

from typing import Any

import pytest

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import HERE, cluster, kubernetes_pool
from twinstack.inventory.model import Artifacts, Service, Site
from twinstack.planning import plan
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import containerd

DIRECTORY = Artifacts(charts="upstream", images="/opt/images")


def role(site: Site, name: str = "k1") -> HostRole:
    planned = plan(site)
    return containerd.render(Renderer(planned), planned.hosts[name])


def placed(site: Site, name: str = "k1") -> set[str]:
    return {file.dest for file in role(site, name).spec.files}


def images(site: Site, name: str) -> Any:
    return role(site, name).spec.params["images"]


def test_hosts_of_a_hardware_class_share_one_spec() -> None:
    planned = plan(cluster())
    renderer = Renderer(planned)
    first, second = (containerd.render(renderer, planned.hosts[name]).spec for name in ("k1", "s1"))
    assert first is second
    assert first.profile == "server-worker"


def test_the_configuration_restarts_containerd() -> None:
    config = next(file for file in role(cluster()).spec.files if file.dest == "/etc/containerd/config.toml")
    assert config.restarts == ("containerd.service",)


def test_the_bridge_brings_own_files_for_every_slot() -> None:
    found = role(cluster())
    slots = {file.dest for file in found.spec.files if file.artefact is None}
    assert slots == set(found.own_files)
    assert "/etc/cni/net.d/10-bridge.conflist" in slots
    assert found.spec.units[0].name == "twinstack-pod-network.service"


@pytest.mark.parametrize("cni", ["cilium", "calico"])
def test_network_providers_bring_their_own(cni: str) -> None:
    site = cluster(kubernetes=sites.kubernetes(cni))
    assert role(site).own_files == {}
    assert [unit.name for unit in role(site).spec.units] == ["containerd.service"]


def test_a_new_host_changes_the_routes_of_the_others_and_not_their_spec() -> None:
    hosts = (*cluster().hosts.values(), sites.host("k2", "work"))
    before, after = role(cluster()), role(cluster(hosts=hosts))
    assert before.spec.text == after.spec.text
    assert before.digest != after.digest


def test_the_kernels_owner_loads_modules() -> None:
    assert "/etc/modules-load.d/twinstack-containers.conf" in placed(cluster())
    shared = placed(cluster(hardware=[sites.hardware(absent=HERE)]))
    assert "/etc/modules-load.d/twinstack-containers.conf" not in shared
    assert "/etc/systemd/system/containerd.service.d/50-twinstack.conf" in shared


def test_a_registry_mirror_is_a_file_and_upstream_is_none() -> None:
    mirrored = cluster(artifacts=Artifacts(charts="upstream", images="https://mirror.example"))
    assert "/etc/containerd/certs.d/_default/hosts.toml" in placed(mirrored)
    assert "/etc/containerd/certs.d/_default/hosts.toml" not in placed(cluster())
    assert images(mirrored, "k1") is None


def test_workers_leave_control_planes_images_out() -> None:
    found = images(cluster(artifacts=DIRECTORY), "k1")
    assert found["directory"] == "/opt/images"
    assert found["only"] == []
    assert "registry.k8s.io/etcd" in found["skip"]


def test_a_control_plane_takes_what_it_runs_and_no_more() -> None:
    found = images(cluster(artifacts=DIRECTORY), "head")
    assert found["skip"] == []
    assert "registry.k8s.io/kube-apiserver:v1.35.4" in found["only"]
    assert not [name for name in found["only"] if "kueue" in name]


def test_a_control_plane_that_runs_workloads_takes_all() -> None:
    hosts = [sites.host("head", "work", Service.KUBERNETES_CONTROL_PLANE)]
    found = images(cluster(hosts=hosts, pools=[kubernetes_pool()], artifacts=DIRECTORY), "head")
    assert (found["only"], found["skip"]) == ([], [])
