from __future__ import annotations

import os
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from twinstack.sandbox import status
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.processes import Process, find
from twinstack.sandbox.record import HostRecord, Record, write

GONE = Process(os.getpid(), 1)
HERE = find(os.getpid())


@pytest.mark.parametrize(
    ("process", "ready", "state"),
    [(HERE, True, "up"), (HERE, False, "booting"), (GONE, True, "off"), (None, False, "unfinished")],
)
def test_a_host_s_state_is_that_of_its_very_process(
    tmp_path: Path, process: Process | None, state: str, *, ready: bool
) -> None:
    layout = Layout.of("one", tmp_path)
    hosts = {"cpu1": HostRecord(IPv4Address("10.78.0.21"), (), process, ready)}
    write(layout.record, Record("/s", IPv4Network("10.78.0.0/24"), hosts))
    found = status.of(layout)
    assert found is not None
    assert [(host.name, host.state) for host in found] == [("cpu1", state)]


def test_no_such_sandbox(tmp_path: Path) -> None:
    assert status.of(Layout.of("one", tmp_path)) is None
