from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_kubernetes as shared
from playbooks.plugins.modules import node_metadata
from tests.unit.playbooks.kubernetes_host import FakeHost

ADMIN = "kubectl --kubeconfig /etc/kubernetes/admin.conf"
CONTROL = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}
GPU = {"key": "nvidia.com/gpu", "value": "h100", "effect": "NoSchedule"}


def node(labels: dict[str, str] | None = None, taints: Any = None, managed: Any = None) -> dict[str, Any]:
    annotations = {"twinstack.io/managed": json.dumps(managed, sort_keys=True)} if managed is not None else {}
    metadata = {"labels": labels or {}, "annotations": annotations, "resourceVersion": "7"}
    return {"metadata": metadata, "spec": {"taints": taints} if taints else {}}


def patch(present: dict[str, Any], labels: dict[str, str], *taints: dict[str, str]) -> dict[str, Any]:
    return dict(node_metadata.patch_of(present, labels, list(taints)))


def test_wanted_labels_are_set_and_remembered() -> None:
    found = patch(node({"kubernetes.io/os": "linux"}), {"tier": "a"})
    assert found["metadata"]["labels"] == {"tier": "a"}
    remembered = json.loads(found["metadata"]["annotations"]["twinstack.io/managed"])
    assert remembered == {"labels": ["tier"], "taints": []}
    assert "spec" not in found


def test_a_node_as_wanted_is_left_alone() -> None:
    managed = {"labels": ["tier"], "taints": ["nvidia.com/gpu:NoSchedule"]}
    present = node({"tier": "a", "other": "x"}, [NOT_READY, GPU], managed)
    assert patch(present, {"tier": "a"}, GPU) == {}


def test_labels_that_were_ours_go_and_others_stay() -> None:
    present = node({"tier": "a", "old": "x", "theirs": "y"}, managed={"labels": ["tier", "old"], "taints": []})
    assert patch(present, {"tier": "b"})["metadata"]["labels"] == {"tier": "b", "old": None}


def test_a_label_of_ours_that_somebody_removed_needs_no_removal() -> None:
    present = node({}, managed={"labels": ["old"], "taints": []})
    assert "labels" not in patch(present, {})["metadata"]


def test_others_taints_stay_beside_ours_and_the_list_is_replaced_only_as_read() -> None:
    found = patch(node(taints=[NOT_READY]), {}, GPU)
    assert found["spec"]["taints"] == [NOT_READY, GPU]
    assert found["metadata"]["resourceVersion"] == "7"


def test_a_taint_that_was_ours_goes() -> None:
    managed = {"labels": [], "taints": ["node-role.kubernetes.io/control-plane:NoSchedule"]}
    assert patch(node(taints=[CONTROL, NOT_READY], managed=managed), {})["spec"]["taints"] == [NOT_READY]


def test_a_taint_that_kubeadm_set_becomes_ours_without_a_change_of_the_list() -> None:
    assert "spec" not in patch(node(taints=[CONTROL]), {}, CONTROL)


def test_another_value_of_the_same_taint_replaces_it() -> None:
    assert patch(node(taints=[GPU]), {}, {**GPU, "value": "b200"})["spec"]["taints"] == [{**GPU, "value": "b200"}]


def test_the_order_of_taints_is_no_difference() -> None:
    managed = {
        "labels": [],
        "taints": ["node-role.kubernetes.io/control-plane:NoSchedule", "nvidia.com/gpu:NoSchedule"],
    }
    assert patch(node(taints=[GPU, CONTROL], managed=managed), {}, CONTROL, GPU) == {}


def settle(host: FakeHost, *, check: bool = False) -> dict[str, Any]:
    return dict(node_metadata.settle(host, {"name": "k1", "labels": {"tier": "a"}, "taints": []}, check=check))


def test_a_conflict_is_tried_again(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell(f"{ADMIN} get node k1", out=json.dumps(node()))
    host.tell(f"{ADMIN} patch", code=1, err="Operation cannot be fulfilled: the object has been modified")
    with pytest.raises(shared.Failed, match="node k1: somebody else keeps changing it"):
        settle(host)
    host.tell(f"{ADMIN} patch")
    assert settle(host)["metadata"]["labels"] == {"tier": "a"}


def test_any_other_refusal_is_told(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell(f"{ADMIN} get node k1", out=json.dumps(node()))
    host.tell(f"{ADMIN} patch", code=1, err="forbidden: ValidatingAdmissionPolicy")
    with pytest.raises(shared.Failed, match="node k1 could not be patched: forbidden"):
        settle(host)


def test_a_check_changes_nothing(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell(f"{ADMIN} get node k1", out=json.dumps(node()))
    assert settle(host, check=True)["metadata"]["labels"] == {"tier": "a"}
    assert len(host.ran) == 1


def test_a_node_that_does_not_get_ready_says_what_it_lacks(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell(f"{ADMIN} wait", code=1, err="timed out waiting for the condition")
    host.tell(f"{ADMIN} get node k1", out="Ready=False container runtime network not ready; ")
    with pytest.raises(shared.Failed, match=r"node k1: no condition=Ready within 9 s: timed out .* network not ready"):
        node_metadata.wait_for(host, "k1", "condition=Ready", 9)
