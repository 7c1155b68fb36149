from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

from twinstack.sandbox.engine_lock import break_abandoned, is_held, locks


def lock(backend: Path, pid: int, host: str | None = None, stack: str = "sandbox", name: str = "one") -> Path:
    path = backend / ".pulumi" / "locks" / "organization" / "twinstack" / stack / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "hostname": host or socket.gethostname(), "timestamp": "noon"}))
    return path


def process(proc: Path, pid: int, name: str, state: str = "S") -> Path:
    (proc / str(pid)).mkdir(parents=True)
    (proc / str(pid) / "stat").write_text(f"{pid} ({name}) {state} 1 " + "0 " * 17 + "100 0\n")
    (proc / str(pid) / "comm").write_text(f"{name}\n")
    return proc


@pytest.mark.parametrize(
    ("name", "state", "held"), [("pulumi", "S", True), ("pulumi", "Z", False), ("bash", "S", False)]
)
def test_a_lock_is_held_by_a_living_pulumi_only(tmp_path: Path, name: str, state: str, held: bool) -> None:  # noqa: FBT001
    lock(tmp_path, 77)
    (found,) = locks(tmp_path, "sandbox")
    assert is_held(found, process(tmp_path / "proc", 77, name, state)) is held


def test_a_lock_of_another_machine_counts_as_held(tmp_path: Path) -> None:
    lock(tmp_path, 77, host="elsewhere")
    (found,) = locks(tmp_path, "sandbox")
    assert is_held(found, tmp_path / "proc")
    assert found.holder == "process 77 on elsewhere since noon"


def test_only_abandoned_locks_of_the_stack_are_broken(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as ended:
        pass
    gone, other = lock(tmp_path, ended.pid), lock(tmp_path, ended.pid, stack="lab")
    ours = lock(tmp_path, os.getpid(), name="two")  # alive, but no pulumi
    elsewhere = lock(tmp_path, 1, host="elsewhere", name="three")
    torn = lock(tmp_path, 1, name="four")
    torn.write_text("{")
    assert [found.path for found in break_abandoned(tmp_path, "sandbox")] == [elsewhere]
    assert [path.exists() for path in (gone, ours, torn, other, elsewhere)] == [False, False, False, True, True]


def test_a_backend_without_locks_has_none(tmp_path: Path) -> None:
    assert break_abandoned(tmp_path, "sandbox") == []
