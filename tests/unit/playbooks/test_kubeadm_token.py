from __future__ import annotations

from pathlib import Path

import pytest

from playbooks.plugins.module_utils import twinstack_kubernetes as shared
from playbooks.plugins.modules import kubeadm_token
from tests.unit.playbooks.kubernetes_host import FakeHost

HASH = "sha256:" + "0a" * 32
COMMAND = f"kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash {HASH} \n"
SIGNATURE = "kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace kube-public get configmap cluster-info"


def test_token_and_hash_are_what_kubeadm_prints(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell("kubeadm token create", out=COMMAND)
    assert kubeadm_token.make(host, "15m0s", "k1 joins") == ("abcdef.0123456789abcdef", HASH)
    assert "--ttl 15m0s --description k1 joins" in host.ran[0]


def test_what_cannot_be_read_is_said_without_quoting_it(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell("kubeadm token create", out="abcdef.0123456789abcdef\n")
    with pytest.raises(shared.Failed, match="no token and hash in it"):
        kubeadm_token.make(host, "15m0s", "k1 joins")


def test_a_signature_is_looked_for_by_the_tokens_public_half(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell(SIGNATURE, out="")
    assert not kubeadm_token.is_signed(host, "abcdef.0123456789abcdef")
    assert host.ran[0].endswith("--output jsonpath={.data.jws-kubeconfig-abcdef}")
    assert kubeadm_token.is_signed(host.tell(SIGNATURE, out="eyJ..sig"), "abcdef.0123456789abcdef")


def test_control_planes_that_join_at_once_get_the_same_key(tmp_path: Path) -> None:
    host = (
        FakeHost(tmp_path)
        .put("/etc/kubernetes/pki/ca.key", "secret")
        .put("/etc/twinstack/kubeadm.yaml", "kind: Init\n")
    )
    seen: list[str] = []
    host.tell("kubeadm init phase upload-certs", then=lambda: seen.append(Path(host.ran[-1].split()[-1]).read_text()))
    keys = {kubeadm_token.upload_certificates(host, "/etc/twinstack/kubeadm.yaml") for _ in range(2)}
    assert len(keys) == 1
    assert seen[0] == f"certificateKey: {keys.pop()}\nkind: Init\n"


def test_the_key_is_in_no_command_line_and_in_no_file_afterwards(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).put("/etc/kubernetes/pki/ca.key", "secret").put("/etc/twinstack/kubeadm.yaml")
    key = kubeadm_token.upload_certificates(host.tell("kubeadm init"), "/etc/twinstack/kubeadm.yaml")
    assert len(key) == 64
    assert key not in host.ran[0]
    assert not Path(host.ran[0].split()[-1]).exists()


def test_another_authority_has_another_key(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).put("/etc/twinstack/kubeadm.yaml").tell("kubeadm init")
    keys = {
        kubeadm_token.upload_certificates(host.put("/etc/kubernetes/pki/ca.key", secret), "/etc/twinstack/kubeadm.yaml")
        for secret in ("one", "two")
    }
    assert len(keys) == 2
