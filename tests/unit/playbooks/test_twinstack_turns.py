from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from playbooks.plugins.module_utils import twinstack_turns
from playbooks.plugins.module_utils.twinstack_turns import Busy, turn

HOLD = """
import fcntl, sys
with open(sys.argv[1], "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    print("held", flush=True)
    input()
"""


def test_turns_come_one_after_the_other() -> None:
    with turn("first"):
        pass
    with turn("second", patience=0):
        assert "second (process" in twinstack_turns.TURN.read_text()


def test_who_is_still_at_work_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        turn("a long one", path),
        pytest.raises(Busy, match=r"a long one .process .* still at work"),
        turn("mine", path, 0),
    ):
        pass


def test_a_process_that_was_killed_has_given_up_its_turn(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    argv = (sys.executable, "-c", HOLD, str(path))
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(Busy), turn("mine", path, 0):
            pass
        other.kill()
    with turn("mine", path, 0):
        pass


def test_children_do_not_keep_the_turn(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with turn("mine", path):
        child = subprocess.Popen(["sleep", "60"])
    try:
        with turn("next", path, 0):
            assert child.poll() is None
    finally:
        child.kill()
        child.wait()
