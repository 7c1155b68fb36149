from __future__ import annotations

from pathlib import Path

import pytest

from playbooks.plugins.modules import kubelet_start, kubelet_stop
from tests.unit.playbooks.kubernetes_host import FakeHost

API = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=5s get --raw /readyz"


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    made = FakeHost(tmp_path).at_rest().put("/etc/kubernetes/kubelet.conf")
    made.write_record({"state": "done"})
    return made.tell("systemctl stop", then=lambda: made.tell("systemctl show", out="inactive\n"))


def test_a_cluster_that_goes_as_a_whole_is_stopped_and_goes_on(host: FakeHost) -> None:
    host.tell("systemctl show", out="active\n")
    assert kubelet_stop.settle(host, leaving=False) == ["stop kubelet.service"]
    assert kubelet_stop.settle(host, leaving=False) == []
    assert host.record == {"state": "done"}
    host.tell("systemctl start kubelet").tell(API)
    assert kubelet_start.settle(host, 0, check=False) == ["start kubelet.service"]


def test_a_host_without_kubernetes_is_not_asked_for_containers(tmp_path: Path) -> None:
    assert kubelet_stop.settle(FakeHost(tmp_path), leaving=False) == []
    assert kubelet_stop.settle(FakeHost(tmp_path), leaving=True) == []


@pytest.mark.parametrize("state", ["started", "leaving"])
def test_only_a_finished_control_plane_goes_on(host: FakeHost, state: str) -> None:
    host.update_record(state=state)
    assert kubelet_start.settle(host, 0, check=False) == []
    assert host.ran == []


def test_a_kubelet_that_runs_is_left_alone(host: FakeHost) -> None:
    host.tell("systemctl show", out="active\n")
    assert kubelet_start.settle(host, 0, check=False) == []
