from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_kubernetes as shared
from playbooks.plugins.modules import kubeadm_init
from tests.unit.playbooks.kubernetes_host import FakeHost

PARAMS: dict[str, Any] = {
    "config": "/etc/twinstack/kubeadm.yaml",
    "name": "head",
    "address": "127.0.0.1",
    "endpoint": "127.0.0.1:6443",
    "version": "1.35.4",
    "preflight": ["CreateJob"],
    "patches": "/etc/kubernetes/patches",
    "settings": ["/etc/default/kubelet"],
    "timeout": 0,
}
API = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=5s get --raw /readyz"
CONTAINER = (
    "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=5s --namespace kube-system get pod "
    "kube-apiserver-head --output jsonpath={.status.containerStatuses[0].state.running.startedAt}"
    "{.status.containerStatuses[0].containerID}"
)
RESET = "kubeadm reset --force --cri-socket unix:///run/containerd/containerd.sock"
INIT = "kubeadm init --config /etc/twinstack/kubeadm.yaml --skip-token-print"


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    made = FakeHost(tmp_path).put(PARAMS["config"], "one").put(PARAMS["settings"][0], "flags")
    return (
        made.tell("kubeadm init", then=lambda: made.put("/etc/kubernetes/admin.conf"))
        .tell(API)
        .tell(CONTAINER, out="one")
    )


def settle(host: FakeHost, **changes: Any) -> list[str]:
    steps: list[str] = kubeadm_init.settle(host, {**PARAMS, **changes})
    return steps


def test_a_fresh_host_is_initialised_once(host: FakeHost) -> None:
    assert settle(host) == ["init"]
    assert host.ran == [INIT]
    assert settle(host) == []
    assert host.ran == [INIT, API]


def test_an_initialisation_that_failed_is_taken_back_by_the_next_run(host: FakeHost) -> None:
    host.tell("kubeadm init", code=1, err="timed out", then=lambda: host.put("/etc/kubernetes/admin.conf"))
    with pytest.raises(shared.Failed, match="timed out"):
        settle(host)
    host.at_rest().tell("kubeadm init").tell(
        "kubeadm reset", then=lambda: host.path("/etc/kubernetes/admin.conf").unlink()
    )
    assert settle(host) == ["reset", "init"]
    assert host.ran.index(RESET) < host.ran.index(INIT, host.ran.index(RESET))


def test_a_failure_before_anything_was_written_needs_no_reset(host: FakeHost) -> None:
    host.tell("kubeadm init", code=1, err="[preflight] port in use")
    with pytest.raises(shared.Failed, match="port in use"):
        settle(host)
    host.tell("kubeadm init")
    assert settle(host) == ["init"]


def test_a_finished_control_plane_is_never_reset(host: FakeHost) -> None:
    settle(host)
    host.tell(API, code=1)
    with pytest.raises(shared.Failed, match="did not answer"):
        settle(host)
    assert not [line for line in host.ran if "reset" in line]


def test_somebody_elses_control_plane_is_taken_over_when_it_answers(host: FakeHost) -> None:
    host.put("/etc/kubernetes/admin.conf")
    assert settle(host) == ["adopt"]
    assert host.record["state"] == "done"


def test_somebody_elses_dead_control_plane_is_left_to_people(host: FakeHost) -> None:
    host.put("/etc/kubernetes/manifests/kube-apiserver.yaml").tell(API, code=1)
    with pytest.raises(shared.Failed, match=r"kube-apiserver\.yaml: somebody else's control plane"):
        settle(host)
    assert host.ran == [API]


def test_a_changed_configuration_is_taken_up_phase_by_phase(host: FakeHost) -> None:
    settle(host)
    host.put(PARAMS["config"], "two")
    assert settle(host) == ["configure"]
    assert [line.split(" --config")[0] for line in host.ran[2:]] == [
        "kubeadm init phase upload-config all",
        "kubeadm init phase addon all",
        CONTAINER,
        "kubeadm init phase control-plane all",
    ]
    assert settle(host) == []


def test_a_run_that_was_killed_within_a_change_is_made_good(host: FakeHost) -> None:
    settle(host)
    host.put(PARAMS["config"], "two").tell("kubeadm init phase control-plane", code=1)
    with pytest.raises(shared.Failed):
        settle(host)
    host.tell("kubeadm init phase control-plane")
    assert settle(host) == ["configure"]


def test_changed_kubelet_settings_are_taken_up(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "kubelet_is_healthy", lambda: True)
    settle(host)
    host.put("/var/lib/kubelet/config.yaml").put(PARAMS["settings"][0], "other").tell("kubeadm upgrade").tell(
        "systemctl"
    )
    assert settle(host) == ["settings"]
    assert settle(host) == []


def test_a_host_that_somebody_reset_is_initialised_again(host: FakeHost) -> None:
    settle(host)
    host.path("/etc/kubernetes/admin.conf").unlink()
    assert settle(host) == ["init"]


def test_the_next_version_is_applied_and_the_kubelet_starts_with_it(
    host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "kubelet_is_healthy", lambda: True)
    settle(host, version="1.34.4")
    host.put("/var/lib/kubelet/config.yaml").tell("kubeadm upgrade").tell("systemctl")
    host.put(PARAMS["config"], "one\nkubernetesVersion: v1.35.4\n")
    host.update_record(config=shared.configuration_digest(host, PARAMS["config"]))
    assert settle(host) == ["upgrade"]
    assert (
        "kubeadm upgrade apply v1.35.4 --yes --patches /etc/kubernetes/patches --skip-phases kubelet-config "
        "--ignore-preflight-errors CreateJob"
    ) in host.ran
    assert host.ran[-1] == "systemctl start kubelet.service"
    assert settle(host) == []


def test_the_version_alone_is_no_change_of_the_configuration(host: FakeHost) -> None:
    texts = ("a: 1\nkubernetesVersion: v1.34.4\n", "a: 1\nkubernetesVersion: v1.35.4\n", "a: 2\n")
    digests = [shared.configuration_digest(host.put("/x", text), "/x") for text in texts]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(("old", "says"), [("1.33.6", "skips a minor version"), ("1.36.0", "does not go back")])
def test_a_step_that_kubernetes_does_not_take_is_refused(host: FakeHost, old: str, says: str) -> None:
    settle(host, version=old)
    with pytest.raises(shared.Failed, match=says):
        settle(host)


def test_an_endpoint_that_leads_elsewhere_is_told_as_what_it_is(
    host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kubeadm_init, "listens", lambda endpoint: endpoint == "127.0.0.1:6443")
    host.tell("kubeadm init", code=1, err="timed out")
    with pytest.raises(shared.Failed, match=r"timed out\nThe API server answers at 127\.0\.0\.1:6443 and not at"):
        settle(host, endpoint="api.example:6443")


def test_no_second_cluster_is_made_beside_one_that_answers(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kubeadm_init, "serves", lambda endpoint: endpoint == "api.example:6443")
    with pytest.raises(
        shared.Failed, match=r"answers at kubernetes.endpoint api.example:6443 already: .* name it after"
    ):
        settle(host, endpoint="api.example:6443")
    assert host.ran == []
    assert settle(host) == ["init"]


def test_a_control_plane_that_was_leaving_makes_no_cluster_of_its_own(host: FakeHost) -> None:
    settle(host)
    host.update_record(state="leaving")
    with pytest.raises(shared.Failed, match=r"was leaving its cluster: .* it joins them"):
        settle(host)
    assert not [line for line in host.ran if "reset" in line]


def turned_away(server: socket.socket) -> None:
    """Take one connection and close it."""
    server.accept()[0].close()


def test_a_load_balancer_without_an_api_server_is_no_cluster() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"127.0.0.1:{server.getsockname()[1]}"
        thread = threading.Thread(target=turned_away, args=(server,))
        thread.start()
        assert not kubeadm_init.serves(endpoint)
        thread.join()
    assert not kubeadm_init.serves(endpoint)


def test_a_host_with_swap_is_not_begun_with(host: FakeHost) -> None:
    host.put("/proc/swaps", "Filename Type\n/dev/sda2 partition\n")
    with pytest.raises(shared.Failed, match=r"swap is on \(/dev/sda2\)"):
        settle(host)
    assert host.ran == []


def test_only_who_takes_connections_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"127.0.0.1:{server.getsockname()[1]}"
        assert kubeadm_init.listens(endpoint)
    assert not kubeadm_init.listens(endpoint)
