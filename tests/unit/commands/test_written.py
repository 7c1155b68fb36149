from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.commands import written
from twinstack.commands.written import MARKER, NotOurs, replace_tree


def files_in(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)
    return {str(path.relative_to(folder)): path.read_text() for path in found}


def test_a_folder_is_written_and_written_again_without_remains(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    replace_tree(folder, {"a/b": "1\n", "c": "2\n"})
    replace_tree(folder, {"a/b": "3\r\n"})
    assert (folder / "a" / "b").read_bytes() == b"3\r\n"
    assert list(files_in(folder)) == ["a/b"]
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    replace_tree(tmp_path, {"a": "1\n"})
    assert files_in(tmp_path) == {"a": "1\n"}


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(NotOurs, match="did not write"):
        replace_tree(tmp_path, {"a": "1\n"})
    assert files_in(tmp_path) == {"thesis.tex": "years of work"}


def test_an_interrupted_run_leaves_the_former_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    replace_tree(folder, {"a": "1\n"})
    monkeypatch.setattr(written, "_write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        replace_tree(folder, {"a": "2\n"})
    assert files_in(folder) == {"a": "1\n"}
