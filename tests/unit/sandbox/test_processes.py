from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from twinstack.sandbox import processes
from twinstack.sandbox.processes import Process, ancestors, exterminate, find, is_running, kill


def made_up(proc: Path, pid: int, parent: int, state: str = "S", started: int = 100) -> None:
    (proc / str(pid)).mkdir()
    fields = [state, str(parent), *["0"] * 17, str(started), "0"]
    (proc / str(pid) / "stat").write_text(f"{pid} (a name) with) {' '.join(fields)}\n")


def test_a_process_is_known_by_number_and_start(tmp_path: Path) -> None:
    made_up(tmp_path, 7, 1, started=42)
    assert find(7, tmp_path) == Process(7, 42)
    assert is_running(Process(7, 42), tmp_path)


def test_a_number_given_out_again_is_another_process(tmp_path: Path) -> None:
    made_up(tmp_path, 7, 1, started=43)
    assert not is_running(Process(7, 42), tmp_path)


def test_remains_and_absence_do_not_run(tmp_path: Path) -> None:
    made_up(tmp_path, 7, 1, state="Z")
    assert find(7, tmp_path) is None
    assert find(8, tmp_path) is None


def test_ancestors_reach_to_the_top(tmp_path: Path) -> None:
    made_up(tmp_path, 1, 0)
    made_up(tmp_path, 5, 1)
    made_up(tmp_path, 9, 5)
    assert ancestors(9, tmp_path) == {9, 5, 1}


def test_this_process_runs() -> None:
    assert find(os.getpid()) is not None


def test_kill_spares_whoever_has_the_number_now() -> None:
    with subprocess.Popen(("sleep", "60")) as sleeper:
        real = find(sleeper.pid)
        assert real is not None
        kill(Process(real.pid, real.started - 1))
        assert sleeper.poll() is None
        kill(real)
        assert sleeper.wait() == -9


def test_exterminate_goes_on_until_nothing_is_listed() -> None:
    with subprocess.Popen(("sleep", "60")) as first, subprocess.Popen(("sleep", "60")) as second:
        assert exterminate(lambda: [first.pid, second.pid])
        assert (first.wait(), second.wait()) == (-9, -9)


def test_exterminate_admits_what_outlives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "send", lambda _pid, _number: None)
    assert not exterminate(lambda: [os.getpid()], seconds=0.2)
