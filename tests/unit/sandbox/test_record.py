from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from twinstack.sandbox.processes import Process
from twinstack.sandbox.record import HostRecord, Ledger, Record, read, write

HOST = HostRecord(IPv4Address("10.78.0.11"), ("/top", "/base"), Process(7, 42), ready=True, user="admin")
RECORD = Record("/site.yaml", IPv4Network("10.78.0.0/24"), {"ctl1": HOST})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write(tmp_path / "one/record.json", RECORD)
    assert read(tmp_path / "one/record.json") == RECORD


def test_a_host_that_was_not_started_has_no_process(tmp_path: Path) -> None:
    record = RECORD.with_host("ctl1", HostRecord(HOST.address, HOST.layers))
    write(tmp_path / "record.json", record)
    assert read(tmp_path / "record.json") == record


@pytest.mark.parametrize("text", [None, "", "{", '{"version": 0}'])
def test_no_usable_record_is_none(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "record.json"
    if text is not None:
        path.write_text(text)
    assert read(path) is None


def test_the_ledger_is_on_disk_before_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    ledger = Ledger(path, Record("/site.yaml", RECORD.network))
    assert read(path) == ledger.record
    ledger.note("ctl1", HOST)
    assert read(path) == ledger.record == RECORD
    ledger.strike("ctl1")
    assert read(path) == ledger.record
    assert ledger.record.hosts == {}
