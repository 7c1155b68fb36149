from __future__ import annotations

from pathlib import Path

from twinstack.provider.store import Store
from twinstack.rendering.model import digest_of


def test_a_text_is_found_by_its_digest(tmp_path: Path) -> None:
    store = Store(tmp_path / "artefacts")
    digest = store.put("text\n")
    assert digest == digest_of("text\n")
    assert store.text(digest) == "text\n"
    assert store.path(digest).read_text() == "text\n"


def test_an_unknown_digest_has_no_text(tmp_path: Path) -> None:
    assert Store(tmp_path).text("0" * 64) is None


def test_a_text_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    before = store.path(store.put("text")).stat()
    after = store.path(store.put("text")).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_nothing_half_written_is_left_beside(tmp_path: Path) -> None:
    store = Store(tmp_path)
    digests = {store.put("one"), store.put("two")}
    assert {path.name for path in tmp_path.iterdir()} == digests


def test_no_digest_is_no_text(tmp_path: Path) -> None:
    assert Store(tmp_path).text("") is None
