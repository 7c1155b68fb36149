from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_kubernetes as shared
from playbooks.plugins.modules import kubeadm_join
from tests.unit.playbooks.kubernetes_host import FakeHost

BOOTSTRAP = {"token": "abcdef.0123456789abcdef", "ca_cert_hashes": ["sha256:00"], "certificate_key": "k"}
PARAMS: dict[str, Any] = {
    "configuration": {"kind": "JoinConfiguration", "nodeRegistration": {"taints": []}},
    "name": "k1",
    "endpoint": "10.0.0.1:6443",
    "control_plane": None,
    "config": None,
    "bootstrap": None,
    "version": "1.35.4",
    "preflight": [],
    "patches": "/etc/kubernetes/patches",
    "settings": ["/etc/default/kubelet"],
    "timeout": 0,
}
UPGRADE = "--patches /etc/kubernetes/patches --skip-phases kubelet-config"
CERTIFICATE = "/var/lib/kubelet/pki/kubelet-client-current.pem"


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    made = FakeHost(tmp_path)
    return made.tell("kubeadm join", then=lambda: made.put(CERTIFICATE).put("/etc/kubernetes/kubelet.conf"))


def settle(host: FakeHost, **changes: Any) -> list[str]:
    steps: list[str] = kubeadm_join.settle(host, {**PARAMS, **changes})
    return steps


def is_member(host: FakeHost) -> bool:
    return bool(kubeadm_join.is_member(host))


def document(**changes: Any) -> dict[str, Any]:
    return dict(kubeadm_join.document({**PARAMS, "bootstrap": BOOTSTRAP, **changes}))


def test_without_a_token_nothing_is_joined(host: FakeHost) -> None:
    assert settle(host) == []
    assert not is_member(host)
    assert host.ran == []


def test_a_host_joins_once(host: FakeHost) -> None:
    assert settle(host, bootstrap=BOOTSTRAP) == ["join"]
    assert is_member(host)
    assert settle(host) == []


def test_the_document_with_the_token_is_private_and_gone_afterwards(host: FakeHost) -> None:
    seen: list[tuple[int, dict[str, Any]]] = []

    def look() -> None:
        path = Path(host.ran[-1].split()[-1])
        seen.append((path.stat().st_mode & 0o777, json.loads(path.read_text())))

    host.tell("kubeadm join", code=1, err="no route", then=look)
    with pytest.raises(shared.Failed, match="no route"):
        settle(host, bootstrap=BOOTSTRAP)
    assert seen[0][0] == 0o600
    assert seen[0][1]["discovery"]["bootstrapToken"]["token"] == BOOTSTRAP["token"]
    assert not Path(host.ran[-1].split()[-1]).exists()


def test_a_join_that_never_finished_is_taken_back(host: FakeHost) -> None:
    host.put("/etc/kubernetes/bootstrap-kubelet.conf").at_rest().tell("kubeadm reset")
    assert settle(host, bootstrap=BOOTSTRAP) == ["reset", "join"]


def test_a_control_plane_with_a_certificate_is_no_member_until_its_join_finished(host: FakeHost) -> None:
    host.put(CERTIFICATE).put("/etc/kubernetes/kubelet.conf").write_record({"state": "started"})
    assert not is_member(host)
    host.at_rest().tell("kubeadm reset")
    assert settle(host, bootstrap=BOOTSTRAP, control_plane={"advertiseAddress": "10.0.0.2"}) == ["reset", "join"]


def test_a_member_that_was_leaving_joins_anew(host: FakeHost) -> None:
    settle(host, bootstrap=BOOTSTRAP)
    host.update_record(state="leaving")
    assert settle(host) == []
    assert not is_member(host)
    host.at_rest().tell("kubeadm reset")
    assert settle(host, bootstrap=BOOTSTRAP) == ["reset", "join"]
    assert is_member(host)


def test_a_member_takes_up_changed_settings(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "kubelet_is_healthy", lambda: True)
    settle(host, bootstrap=BOOTSTRAP)
    host.put("/etc/default/kubelet", "x").put("/var/lib/kubelet/config.yaml").tell("kubeadm upgrade").tell("systemctl")
    assert settle(host) == ["settings"]
    assert settle(host) == []


def test_a_further_control_plane_takes_up_a_changed_configuration(host: FakeHost) -> None:
    changes: dict[str, Any] = {"config": "/kubeadm.yaml", "control_plane": {"advertiseAddress": "10.0.0.2"}}
    host.put("/kubeadm.yaml", "one").tell("kubectl", out="one").tell(
        "kubeadm init phase control-plane all --config /kubeadm.yaml"
    )
    settle(host, bootstrap=BOOTSTRAP, **changes)
    assert settle(host, **changes) == []
    host.put("/kubeadm.yaml", "two")
    assert settle(host, **changes) == ["configure"]
    assert settle(host, **changes) == []


def test_the_document_names_the_node_and_the_cluster() -> None:
    found = document()
    assert found["nodeRegistration"] == {"name": "k1", "taints": []}
    assert found["discovery"]["bootstrapToken"] == {
        "token": BOOTSTRAP["token"],
        "apiServerEndpoint": "10.0.0.1:6443",
        "caCertHashes": ["sha256:00"],
    }
    assert "controlPlane" not in found


def test_a_control_plane_gets_the_key_to_the_certificates() -> None:
    endpoint = {"advertiseAddress": "10.0.0.2", "bindPort": 6443}
    found = document(control_plane=endpoint)["controlPlane"]
    assert found == {"localAPIEndpoint": endpoint, "certificateKey": "k"}


def test_a_member_is_upgraded_once_its_packages_are_newer(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "kubelet_is_healthy", lambda: True)
    settle(host, bootstrap=BOOTSTRAP, version="1.34.4")
    host.put("/var/lib/kubelet/config.yaml").tell("kubeadm upgrade").tell("systemctl")
    ran = len(host.ran)
    assert settle(host, preflight=["CreateJob"]) == ["upgrade"]
    assert host.ran[ran:] == [
        f"kubeadm upgrade node {UPGRADE} --ignore-preflight-errors CreateJob",
        "kubeadm upgrade node phase kubelet-config --patches /etc/kubernetes/patches",
        "systemctl daemon-reload",
        "systemctl stop kubelet.service",
        "systemctl start kubelet.service",
    ]
    assert settle(host) == []


def test_an_upgrade_that_failed_is_tried_again(host: FakeHost) -> None:
    settle(host, bootstrap=BOOTSTRAP, version="1.34.4")
    host.put("/var/lib/kubelet/config.yaml").tell("kubeadm upgrade", code=1, err="etcd is slow")
    for _ in range(2):
        with pytest.raises(shared.Failed, match="etcd is slow"):
            settle(host)
