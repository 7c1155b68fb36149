from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_kubernetes as shared
from tests.unit.playbooks.kubernetes_host import FakeHost

BEFORE = """\
cpuManagerPolicy: none
evictionHard:
  memory.available: 100Mi
topologyManagerPolicy: none
"""


def test_a_failed_command_tells_all_that_it_printed(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell("kubeadm", code=1, out="[preflight] one", err="error: two")
    with pytest.raises(
        shared.Failed, match=r"`kubeadm reset --force` failed with code 1:\n\[preflight\] one\nerror: two"
    ):
        host.run("kubeadm", "reset", "--force")


def test_output_is_quoted_without_colours_and_at_its_end() -> None:
    assert shared.tail("\x1b[0;32menabled\x1b[0m\n" + "x\n" * 11) == "enabled" + "\nx" * 11
    assert shared.tail("first\n" + "x\n" * 12) == "x" + "\nx" * 11


def test_an_api_server_that_restarts_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "PAUSE", 0)
    host = FakeHost(tmp_path)
    refused = "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?"
    host.tell("kubectl", code=1, err=refused, then=lambda: host.tell("kubectl", out="v1"))
    assert host.kubectl("version") == "v1"
    assert len(host.ran) == 2


def test_what_kubectl_refuses_is_not_tried_again(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell("kubectl", code=1, err='nodes "k9" not found')
    with pytest.raises(shared.Failed, match="`kubectl get node k9` failed with code 1:\nnodes"):
        host.kubectl("get", "node", "k9")
    assert len(host.ran) == 1


def test_a_record_survives_and_a_torn_one_counts_as_none(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    host.write_record({"state": "started"})
    host.update_record(config="a")
    assert host.record == {"state": "started", "config": "a"}
    host.put("/var/lib/twinstack/kubeadm.json", "{")
    assert host.record == {}


def test_a_digest_tells_files_apart_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).put("/a", "x").put("/b", "")
    assert host.digest("/a", "/b") != host.digest("/b", "/a")
    assert host.digest("/b") == FakeHost(tmp_path / "other").digest("/b")


def test_waiting_ends_with_what_did_not_come_true() -> None:
    answers = iter([False, True])
    shared.wait(lambda: next(answers), 5, "never mind")
    with pytest.raises(shared.Failed, match="the moon did not come within 0 s"):
        shared.wait(lambda: False, 0, "the moon did not come")


def test_two_runs_are_not_at_work_at_once(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    with host.alone(1), pytest.raises(shared.Failed, match="another run is at work"), host.alone(0):
        pass
    with (tmp_path / "var/lib/twinstack/kubeadm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_changed_api_server_is_waited_for_until_it_is_the_new_one(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(shared, "PAUSE", 0)
    host = FakeHost(tmp_path).put(shared.API_SERVER, "old")
    pod = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=5s --namespace kube-system get pod"
    later = iter(["old", "", "new"])

    def say() -> None:
        answer = next(later, "new")
        host.tell(pod, code=0 if answer else 1, out=answer, then=say)

    host.tell("kubectl").tell(pod, out="old", then=say)
    host.tell("kubeadm init phase control-plane", then=lambda: host.put(shared.API_SERVER, "new"))
    shared.renew_control_plane(host, "/c.yaml", "head", 5)
    assert host.ran[-1].endswith("/readyz")
    assert next(later, "none left") == "none left"


def test_an_api_server_that_stays_as_it_is_is_not_waited_for(tmp_path: Path) -> None:
    host = FakeHost(tmp_path).tell("kubectl", out="one").tell("kubeadm")
    shared.renew_control_plane(host, "/c.yaml", "head", 0)
    assert len(host.ran) == 2


@pytest.mark.parametrize(
    ("after", "stale"),
    [
        (BEFORE, []),
        (BEFORE.replace("topologyManagerPolicy: none", "topologyManagerPolicy: restricted"), []),
        (BEFORE.replace("cpuManagerPolicy: none", "cpuManagerPolicy: static"), ["cpu_manager_state"]),
        (BEFORE + 'reservedSystemCPUs: "0"\n', ["cpu_manager_state"]),
        (BEFORE.replace("100Mi", "200Mi"), ["memory_manager_state"]),
        (BEFORE + "reservedMemory:\n- limits:\n    memory: 1Gi\n  numaNode: 0\n", ["memory_manager_state"]),
    ],
)
def test_the_kubelet_forgets_a_division_whose_settings_changed(after: str, stale: list[str]) -> None:
    assert shared.stale_states(shared.division(BEFORE), shared.division(after)) == stale


def test_settings_are_taken_up_through_kubeadm_and_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "kubelet_is_healthy", lambda: True)
    host = FakeHost(tmp_path).put("/var/lib/kubelet/config.yaml", BEFORE).tell("systemctl")
    host.put("/var/lib/kubelet/cpu_manager_state").put("/var/lib/kubelet/memory_manager_state")
    after = BEFORE.replace("cpuManagerPolicy: none", "cpuManagerPolicy: static")
    host.tell("kubeadm upgrade node", then=lambda: host.put("/var/lib/kubelet/config.yaml", after))
    shared.apply_settings(host, "/patches", 1)
    assert host.ran == [
        "kubeadm upgrade node phase kubelet-config --patches /patches",
        "systemctl daemon-reload",
        "systemctl stop kubelet.service",
        "systemctl start kubelet.service",
    ]
    assert not host.path("/var/lib/kubelet/cpu_manager_state").exists()
    assert host.path("/var/lib/kubelet/memory_manager_state").exists()


def test_a_kubelet_that_refuses_its_settings_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "kubelet_is_healthy", lambda: False)
    host = FakeHost(tmp_path).put("/var/lib/kubelet/config.yaml").tell("systemctl").tell("kubeadm")
    host.tell("journalctl", out="E1121 reservedMemory does not add up")
    with pytest.raises(shared.Failed, match=r"did not get healthy.*\nE1121 reservedMemory does not add up"):
        shared.apply_settings(host, "/patches", 0)


def test_a_run_that_was_killed_before_the_restart_still_knows_the_old_division(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "kubelet_is_healthy", lambda: True)
    host = FakeHost(tmp_path).put("/var/lib/kubelet/config.yaml", BEFORE).put("/var/lib/kubelet/cpu_manager_state")
    after = BEFORE.replace("cpuManagerPolicy: none", "cpuManagerPolicy: static")
    host.tell("kubeadm upgrade node", then=lambda: host.put("/var/lib/kubelet/config.yaml", after))
    host.tell("systemctl", code=1)
    with pytest.raises(shared.Failed):
        shared.apply_settings(host, "/patches", 1)
    host.tell("systemctl")
    shared.apply_settings(host, "/patches", 1)
    assert not host.path("/var/lib/kubelet/cpu_manager_state").exists()
    host.put("/var/lib/kubelet/cpu_manager_state")
    shared.apply_settings(host, "/patches", 1)
    assert host.path("/var/lib/kubelet/cpu_manager_state").exists()
