"""A connection to pretended hosts: notes every call; hosts can be made unreachable, commands can be made to fail."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: recorder
short_description: pretends hosts
description: Notes every call in record/ beside the playbooks.
options: {}
"""

RECORD = Path(__file__).parents[2] / "record"


class Connection(ConnectionBase):
    """Answers from files in `record`: down.json is a list of hosts, broken.json maps `host command` to a complaint."""

    transport = "recorder"
    has_pipelining = True

    def _connect(self) -> Connection:
        host = self._play_context.remote_addr
        self._note("hosts", host)
        if host in json.loads((RECORD / "down.json").read_text()):
            raise AnsibleConnectionFailure(f"ssh: connect to host {host} port 22: No route to host")
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, **options: bool) -> tuple[int, bytes, bytes]:
        super().exec_command(cmd, in_data=in_data, **options)
        self._connect()
        call = f"{self._play_context.remote_addr} {cmd}"
        self._note("calls", call)
        complaint = json.loads((RECORD / "broken.json").read_text()).get(call)
        return (1, b"", complaint.encode()) if complaint else (0, b"done", b"")

    def put_file(self, in_path: str, out_path: str) -> None:
        raise AssertionError(f"{in_path} -> {out_path}")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        raise AssertionError(f"{in_path} -> {out_path}")

    def close(self) -> None:
        self._connected = False

    def _note(self, what: str, line: str) -> None:
        descriptor = os.open(RECORD / what, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{line}\n".encode())
        os.close(descriptor)
