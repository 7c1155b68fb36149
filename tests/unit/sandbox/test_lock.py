from __future__ import annotations

import threading
from pathlib import Path

from twinstack.sandbox.lock import drop, locked


def test_a_dropped_lock_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "locks/one.lock"
    with locked(path):
        assert path.exists()
        drop(path)
    assert list(path.parent.iterdir()) == []


def test_the_next_waits_says_so_and_is_not_fooled_by_a_dropped_file(tmp_path: Path) -> None:
    path, order, waiting = tmp_path / "one.lock", [], threading.Event()

    def second() -> None:
        with locked(path, lambda line: (order.append(line), waiting.set())):
            order.append("second")
            assert path.exists()

    with locked(path):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(5)
        order.append("first")
        drop(path)
    thread.join(5)
    assert order == ["waiting for another run on 'one'", "first", "second"]
