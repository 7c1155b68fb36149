from __future__ import annotations

import hashlib
import os
import tarfile
from pathlib import Path
from typing import IO

import pytest

from playbooks.plugins.module_utils import twinstack_kubernetes as shared
from playbooks.plugins.modules import kubernetes_backup
from tests.unit.playbooks.kubernetes_host import FakeHost

SNAPSHOT = b"database" + hashlib.sha256(b"database").digest()


class FakeEtcd(kubernetes_backup.Etcd):
    def __init__(self, *, up: bool) -> None:
        self.up = up

    def answers(self) -> bool:
        return self.up

    def snapshot(self, target: IO[bytes]) -> None:
        target.write(SNAPSHOT)


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    made = (
        FakeHost(tmp_path / "host").put("/etc/kubernetes/admin.conf", "admin").put("/etc/kubernetes/pki/ca.key", "key")
    )
    made.put("/etc/kubernetes/manifests/etcd.yaml", "    - etcd\n    - --data-dir=/srv/etcd\n")
    made.put("/etc/kubernetes/tmp/kubeadm-backup/etcd/db", "old").put("/srv/etcd/member/snap/db", "pages")
    made.write_record({"state": "leaving", "version": "1.35.4"})
    return made


def settle(host: FakeHost, folder: Path, *, up: bool = True, keep: int = 5) -> list[str]:
    made: list[str] = kubernetes_backup.settle(host, FakeEtcd(up=up), folder, keep, 0)
    return made


def names(path: str) -> list[str]:
    with tarfile.open(path) as archive:
        return sorted(archive.getnames())


def test_a_control_plane_keeps_its_database_and_its_keys(host: FakeHost, tmp_path: Path) -> None:
    snapshot, configuration = settle(host, tmp_path / "kept")
    assert Path(snapshot).name.startswith("etcd-1.35.4-2")
    assert Path(snapshot).read_bytes() == SNAPSHOT
    assert names(configuration) == ["admin.conf", "manifests/etcd.yaml", "pki/ca.key"]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "kept").iterdir()} == {0o600}
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700


def test_where_etcd_does_not_run_its_directory_is_kept(host: FakeHost, tmp_path: Path) -> None:
    data, _ = settle(host, tmp_path / "kept", up=False)
    assert Path(data).name.startswith("etcd-data-1.35.4-2")
    assert names(data) == ["member/snap/db"]


def test_files_under_an_etcd_that_runs_without_answering_are_no_backup(host: FakeHost, tmp_path: Path) -> None:
    descriptor = os.open(host.path("/srv/etcd/member/snap/db"), os.O_RDONLY)
    try:
        with pytest.raises(shared.Failed, match="etcd runs and did not answer"):
            settle(host, tmp_path / "kept", up=False)
    finally:
        os.close(descriptor)
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_full_disk_is_told_before_anything_is_written(
    host: FakeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kubernetes_backup, "size_of", lambda _path: 1 << 60)
    with pytest.raises(shared.Failed, match="too little for"):
        settle(host, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_host_that_was_reset_has_nothing_to_keep(tmp_path: Path) -> None:
    assert settle(FakeHost(tmp_path / "host"), tmp_path / "kept") == []
    assert not (tmp_path / "kept").exists()


def test_only_the_newest_of_each_kind_stay(host: FakeHost, tmp_path: Path) -> None:
    for age in (3, 2, 1):
        for name in (f"etcd-1.34.4-{age}.db", f"etc-kubernetes-1.34.4-{age}.tar.gz"):
            path = tmp_path / "kept" / name
            path.parent.mkdir(exist_ok=True)
            path.touch()
            os.utime(path, (1000 - age, 1000 - age))
    made = settle(host, tmp_path / "kept", keep=2)
    left = {path.name for path in (tmp_path / "kept").iterdir()}
    assert left == {*(Path(path).name for path in made), "etcd-1.34.4-1.db", "etc-kubernetes-1.34.4-1.tar.gz"}
