from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import pytest

from playbooks.plugins.modules import slurmdbd_ready
from playbooks.plugins.modules.slurmdbd_ready import Failed, lost, wait


class Host:
    """A host whose unit is in these states, one a question, the last one for good."""

    def __init__(self, port: int, deadline: int, *states: str) -> None:
        self.params = {"unit": "slurmdbd.service", "port": port, "deadline": deadline}
        self.states = list(states)

    def run_command(self, command: Sequence[str]) -> tuple[int, str, str]:
        if command[0] == "journalctl":
            return 0, "fatal: Database schema is too new", ""
        return 0, self.states.pop(0) if len(self.states) > 1 else self.states[0], ""


@pytest.fixture
def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_daemon_that_listens_is_ready() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host: Any = Host(server.getsockname()[1], 0, "active")
        assert wait(host) < 1


def test_a_conversion_is_waited_for_to_the_deadline(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurmdbd_ready, "PAUSE", 0.01)
    host: Any = Host(free, 0, "activating", "active")
    with pytest.raises(Failed, match="does not listen after 0 s; it was left running"):
        wait(host)


def test_a_daemon_that_gave_up_is_not_waited_for(free: int) -> None:
    host: Any = Host(free, 3600, "activating", "failed")
    with pytest.raises(Failed, match=r"(?s)is failed.*schema is too new"):
        wait(host)


def test_rows_may_come_and_not_go() -> None:
    assert lost({"test_job_table": 7, "user_table": 2}, {"test_job_table": 8, "user_table": 2}) == []
    assert lost({"test_job_table": 7}, {"test_job_table": 6}) == ["test_job_table had 7 rows and has 6"]
