from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils.twinstack_kubernetes import Failed
from playbooks.plugins.modules import kubernetes_skew
from tests.unit.playbooks.kubernetes_host import FakeHost

KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf"
CONFIG = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.4\n"


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    made = FakeHost(tmp_path)
    made.write_record({"state": "done", "version": "1.34.4"})
    return (
        made.tell(f"{KUBECTL} --namespace kube-system get configmap kubeadm-config", out=CONFIG)
        .tell(f"{KUBECTL} get nodes", out="head v1.34.4\nk1 v1.34.4\n")
        .tell(f"{KUBECTL} --namespace kube-system get pods", out="head registry.k8s.io/kube-apiserver:v1.34.4\n")
    )


def settle(host: FakeHost, member: str, version: str) -> str:
    params: dict[str, Any] = {"member": member, "version": version}
    return str(kubernetes_skew.settle(host, params))


@pytest.mark.parametrize("member", ["first", "control-plane", "worker"])
def test_the_clusters_own_version_is_always_right(host: FakeHost, member: str) -> None:
    assert settle(host, member, "1.34.4") == "1.34.4"


@pytest.mark.parametrize("record", [{}, {"state": "started"}])
def test_nothing_is_refused_before_there_is_a_cluster(host: FakeHost, record: dict[str, str]) -> None:
    host.write_record(record)
    assert settle(host, "first", "1.35.4") == ""
    assert host.ran == []


def test_the_first_control_plane_may_go_a_minor_version_up_and_no_further(host: FakeHost) -> None:
    assert settle(host, "first", "1.35.4") == "1.34.4"
    with pytest.raises(Failed, match="skips a minor version"):
        settle(host, "first", "1.36.1")
    with pytest.raises(Failed, match="does not go back"):
        settle(host, "first", "1.33.6")


def test_a_kubelet_that_would_be_left_behind_stops_the_first_control_plane(host: FakeHost) -> None:
    host.tell(f"{KUBECTL} get nodes", out="k9 v1.31.0\ngpu1 kwok-v0.7.0\n")
    with pytest.raises(Failed, match="kubelet of k9"):
        settle(host, "first", "1.35.4")


def test_other_control_planes_follow_the_first(host: FakeHost) -> None:
    with pytest.raises(Failed, match="the first control plane is at 1"):
        settle(host, "control-plane", "1.35.4")


def test_a_worker_waits_for_every_api_server(host: FakeHost) -> None:
    with pytest.raises(Failed, match="API server of head is v1"):
        settle(host, "worker", "1.35.4")


def test_a_cluster_of_another_maker_is_told_as_such(host: FakeHost) -> None:
    host.tell(f"{KUBECTL} --namespace kube-system get configmap kubeadm-config", out="")
    with pytest.raises(Failed, match="was it not made by kubeadm"):
        settle(host, "first", "1.35.4")
