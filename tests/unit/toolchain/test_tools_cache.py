from __future__ import annotations

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from twinstack.toolchain.cache import cache_root, digest, locked, publish
from twinstack.toolchain.model import ToolchainError

PATIENCE = 10


def write(folder: Path) -> None:
    (folder / "file").write_text("content")


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_root() == tmp_path / ".cache" / "twinstack"


def test_digest_tells_where_parts_end() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a") == digest(b"a")


def test_an_entry_is_made_once(tmp_path: Path) -> None:
    entry = tmp_path / "cache" / "entry"
    assert publish(entry, write) is True
    assert publish(entry, lambda _: pytest.fail("made twice")) is False
    assert (entry / "file").read_text() == "content"
    assert entry.stat().st_mode & 0o777 == 0o755


def test_a_failed_make_leaves_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    entry = tmp_path / "cache" / "entry"

    def fail(folder: Path) -> None:
        write(folder)
        raise ToolchainError("no")

    with pytest.raises(ToolchainError):
        publish(entry, fail)
    assert [path.name for path in entry.parent.iterdir()] == ["entry.lock"]
    assert publish(entry, write) is True


def test_leftovers_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    leftover = tmp_path / ".entry-killed"
    leftover.mkdir()
    write(leftover)
    other = tmp_path / ".other-running"
    other.mkdir()
    publish(tmp_path / "entry", write)
    assert not leftover.exists()
    assert other.exists()


def test_a_half_made_entry_is_never_seen(tmp_path: Path) -> None:
    entry = tmp_path / "entry"
    seen: list[bool] = []

    def make(folder: Path) -> None:
        write(folder)
        seen.append(entry.exists())

    publish(entry, make)
    assert (seen, entry.exists()) == ([False], True)


def test_two_at_once_make_it_once_and_the_second_is_told_to_wait(tmp_path: Path) -> None:
    entry = tmp_path / "thing" / "entry"
    waiting = threading.Event()
    lines: list[str] = []
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        assert waiting.wait(PATIENCE)
        write(folder)

    def progress(line: str) -> None:
        lines.append(line)
        waiting.set()

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(publish, entry, make, progress) for _ in range(2)]
        assert sorted(one.result(PATIENCE) for one in both) == [False, True]
    assert len(made) == 1
    assert lines == [f"waiting for another run, which holds {entry}.lock"]


def test_a_child_that_outlives_its_parent_keeps_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    told = threading.Event()
    with locked(lock):
        child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, close_fds=False)

    def take() -> None:
        with locked(lock, lambda _: told.set()):
            pass

    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(take)
        assert told.wait(PATIENCE)
        assert not taken.done()
        child.communicate()
        taken.result(PATIENCE)


def test_a_cache_that_cannot_be_written_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ToolchainError, match=r"cannot make .*entry"):
        publish(tmp_path / "file" / "entry", write)
