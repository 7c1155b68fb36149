from __future__ import annotations

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import cluster
from twinstack.inventory.model import Service, Site
from twinstack.planning import plan
from twinstack.rendering import kubernetes_certificates as certificates
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import kubernetes_control_plane

THREE = cluster(hosts=[sites.host(name, None, Service.KUBERNETES_CONTROL_PLANE) for name in "abc"], pools=[])


def role(site: Site, name: str) -> HostRole:
    planned = plan(site)
    return kubernetes_control_plane.render(Renderer(planned), planned.hosts[name])


def test_the_first_makes_the_cluster_and_the_others_join() -> None:
    assert [role(THREE, name).own["first"] for name in "abc"] == [True, False, False]
    assert role(THREE, "b").own["local_endpoint"] == {"advertiseAddress": "10.0.0.2", "bindPort": 6443}


def test_control_planes_share_one_spec() -> None:
    renderer = Renderer(plan(THREE))
    specs = {id(kubernetes_control_plane.render(renderer, host).spec) for host in renderer.plan.hosts.values()}
    assert len(specs) == 1


def test_the_configuration_is_each_hosts_own_file() -> None:
    found = role(cluster(), "head")
    slots = {file.dest for file in found.spec.files if file.artefact is None}
    assert slots == set(found.own_files)
    assert slots == {"/etc/twinstack/kubeadm.yaml", "/etc/default/kubelet", certificates.TIMER}
    assert found.spec.params["config"] == "/etc/twinstack/kubeadm.yaml"


def test_new_workers_leave_the_control_plane_alone() -> None:
    more = cluster(hosts=(*cluster().hosts.values(), sites.host("k2", "work")))
    assert role(more, "head").digest == role(cluster(), "head").digest


def test_the_kubelet_is_kept_running() -> None:
    names = [unit.name for unit in role(cluster(), "head").spec.units]
    assert names == ["kubelet.service", "twinstack-certificates.timer"]


def test_certificates_are_renewed_at_hours_of_each_hosts_own() -> None:
    timers = [role(THREE, name).own_files[certificates.TIMER] for name in "abc"]
    assert [line for text in timers for line in text.splitlines() if "OnCalendar" in line] == [
        "OnCalendar=*-*-* 01:17:00",
        "OnCalendar=*-*-* 02:17:00",
        "OnCalendar=*-*-* 03:17:00",
    ]


def test_what_renews_certificates_disturbs_nobody() -> None:
    files = {file.dest: file for file in role(cluster(), "head").spec.files}
    assert files[certificates.PROGRAM].mode == "0755"
    assert not files[certificates.PROGRAM].restarts
    assert files[certificates.TIMER].drain is False
