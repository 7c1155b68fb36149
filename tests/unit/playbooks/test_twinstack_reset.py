from __future__ import annotations

from pathlib import Path

import pytest

from playbooks.plugins.module_utils import twinstack_reset as subject
from playbooks.plugins.module_utils.twinstack_kubernetes import Failed
from tests.unit.playbooks.kubernetes_host import FakeHost

CONF = "/etc/kubernetes/kubelet.conf"
RESET = "kubeadm reset --force --cri-socket unix:///run/containerd/containerd.sock"
UMOUNT = "timeout --kill-after=5 40 umount --no-canonicalize"


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    made = FakeHost(tmp_path).at_rest().put(CONF)
    made.write_record({"state": "done"})
    return made


def mounted(host: FakeHost, *names: str) -> list[str]:
    """Have these be mounted below the host's root, as the kernel tells it; their paths."""
    paths = [str(host.root / name) for name in names]
    lines = [f"36 35 98:0 /mnt {path.replace(' ', chr(92) + '040')} rw shared:1 - ext4 /dev/sda rw\n" for path in paths]
    host.put("/proc/self/mountinfo", "".join(lines))
    return paths


def test_volumes_are_taken_off_before_anything_is_deleted_the_latest_first(host: FakeHost) -> None:
    _, volume, below = mounted(host, "home", "var/lib/kubelet/pods/1/vol", "var/lib/kubelet/pods/1/vol/two words")
    host.tell("systemctl show", out="active\n").tell("systemctl stop").tell("kubeadm reset")
    host.tell(UMOUNT).tell(f"{UMOUNT} {volume}", then=lambda: mounted(host, "home"))
    subject.leave(host)
    mine = [line for line in host.ran if line.startswith(("timeout", "systemctl stop", "kubeadm"))]
    assert mine == ["systemctl stop kubelet.service", f"{UMOUNT} {below}", f"{UMOUNT} {volume}", RESET]


def test_nothing_is_reset_while_a_volume_stays_mounted(host: FakeHost) -> None:
    (volume,) = mounted(host, "var/lib/kubelet/pods/1/volumes/data")
    host.tell(UMOUNT, code=32, err="umount: target is busy")
    with pytest.raises(Failed, match=f"{volume}: still mounted.*nothing was reset"):
        subject.leave(host)
    assert not [line for line in host.ran if line.startswith("kubeadm")]
    with pytest.raises(Failed, match="still mounted"):
        subject.prepare(host)
    assert host.record == {"state": "done"}


def test_a_kubelet_folder_behind_a_link_is_looked_into(host: FakeHost) -> None:
    host.put("/data/kubelet/config.yaml")
    host.path("/var/lib").mkdir(parents=True, exist_ok=True)
    host.path("/var/lib/kubelet").symlink_to(host.path("/data/kubelet"))
    (volume,) = mounted(host, "data/kubelet/pods/1/volumes/data")
    assert subject.mounts(host) == [volume]


def test_the_disk_of_the_folder_itself_and_what_only_begins_alike_stay(host: FakeHost) -> None:
    mounted(host, "var/lib/kubelet", "var/lib/kubelet-data", "var/lib/etcd")
    assert subject.mounts(host) == []


def test_a_host_that_is_ready_to_leave_counts_as_no_member(host: FakeHost) -> None:
    assert subject.prepare(host) == []
    assert host.record == {"state": "leaving"}


def test_what_kubeadm_made_and_its_record_are_gone_and_nothing_is_done_twice(host: FakeHost) -> None:
    host.tell("kubeadm reset", then=host.path(CONF).unlink)
    assert subject.leave(host) == ["reset"]
    assert host.record == {}
    assert subject.leave(host) == []
    assert subject.prepare(host) == []
    assert host.ran.count(RESET) == 1


def test_pods_are_asked_to_end_and_those_that_do_not_are_ended(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "ENDS", (("SIGTERM", 0), ("SIGKILL", 0)))
    tasks = "ctr --namespace k8s.io tasks"
    row = "TASK PID STATUS\n{}one 12 RUNNING\ntwo 13 STOPPED\n"
    host.tell(f"{tasks} list", out=row.format("etcd 9 RUNNING\n"))
    host.tell(f"{tasks} kill --signal SIGTERM etcd", then=lambda: host.tell(f"{tasks} list", out=row.format("")))
    host.tell(f"{tasks} kill --signal SIGTERM one", code=1, err="not found")
    host.tell(f"{tasks} kill --signal SIGKILL one", then=lambda: host.tell(f"{tasks} list", out="TASK PID STATUS\n"))
    assert subject.halt(host) == ["end etcd", "end one"]
    assert host.ran[0] == "systemctl start containerd.service"
    assert subject.halt(host) == []
