from __future__ import annotations

import base64
import hashlib
import io
import json

import pytest

from playbooks.plugins.module_utils.twinstack_etcd import Etcd, Member, blobs, said, write_checked
from playbooks.plugins.module_utils.twinstack_kubernetes import Failed

DATABASE = bytes(range(256)) * 40
SUM = hashlib.sha256(DATABASE).digest()


def line(blob: bytes) -> bytes:
    return json.dumps({"result": {"blob": base64.b64encode(blob).decode(), "version": "3.6.0"}}).encode() + b"\n"


@pytest.mark.parametrize("size", [1, 31, 4096, len(DATABASE) + 1])
def test_a_snapshot_is_the_database_with_its_sum_however_it_is_cut(size: int) -> None:
    whole, target = DATABASE + SUM, io.BytesIO()
    write_checked(blobs(line(whole[at : at + size]) for at in range(0, len(whole), size)), target)
    assert target.getvalue() == whole


@pytest.mark.parametrize("sent", [DATABASE, DATABASE[:-1] + SUM, SUM[:5], b""])
def test_a_snapshot_that_is_not_whole_is_none(sent: bytes) -> None:
    with pytest.raises(Failed, match="not whole"):
        write_checked([sent], io.BytesIO())


def test_a_snapshot_that_etcd_broke_off_tells_why() -> None:
    broken = json.dumps({"error": {"code": 14, "message": "etcdserver: server stopped"}}).encode()
    with pytest.raises(Failed, match="server stopped"):
        list(blobs([line(b"x"), broken]))


def test_a_member_is_known_by_name_and_before_its_first_start_by_address() -> None:
    started, fresh = Member("1", "ctl1", ("https://10.0.0.1:2380",)), Member("2", "", ("https://10.0.0.2:2380",))
    assert started.is_on("ctl1", "10.9.9.9")
    assert fresh.is_on("ctl2", "10.0.0.2")
    assert not fresh.is_on("ctl1", "10.0.0.1")


def test_a_refusal_is_told_in_its_own_words() -> None:
    assert said(b'{"code":5, "message":"etcdserver: unhealthy cluster"}') == "etcdserver: unhealthy cluster"
    assert said(b"404 page not found\n") == "404 page not found"


def test_a_host_without_certificates_has_no_etcd(tmp_path: object) -> None:
    assert not Etcd(tmp_path).answers()  # type: ignore[arg-type]
