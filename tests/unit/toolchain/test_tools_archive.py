from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

from twinstack.toolchain.archive import Entry, directory, program, symlink, with_parents, write_tar


def written(*entries: Entry, root: str = "") -> bytes:
    target = io.BytesIO()
    write_tar(target, entries, root)
    return target.getvalue()


def members(raw: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        return {member.name: member for member in archive}


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "one", tmp_path / "two"]
    for age, path in enumerate(paths):
        path.write_bytes(b"content")
        path.chmod(0o600 + age)
        os.utime(path, (age, age))
    first, second = (written(program("bin/x", path), symlink("bin/a", "x")) for path in paths)
    assert first == second


def test_the_order_of_entries_does_not_matter() -> None:
    entries = (Entry("b", b"1"), Entry("a/c", b"2"))
    assert written(*entries) == written(*reversed(entries))


def test_directories_come_before_what_lies_in_them() -> None:
    assert [entry.path for entry in with_parents([Entry("a/b/c", b""), directory("a/b", 0o700)])] == [
        "a",
        "a/b",
        "a/b/c",
    ]
    assert with_parents([Entry("a/b/c", b""), directory("a/b", 0o700)])[1].mode == 0o700


def test_kinds_modes_and_owners() -> None:
    seen = members(written(Entry("etc/x", b"abc"), symlink("bin/sh", "busybox"), directory("tmp", 0o1777)))
    assert (seen["etc/x"].size, seen["etc/x"].mode, seen["etc/x"].uid, seen["etc/x"].mtime) == (3, 0o644, 0, 0)
    assert (seen["bin/sh"].issym(), seen["bin/sh"].linkname) == (True, "busybox")
    assert (seen["tmp"].isdir(), seen["tmp"].mode) == (True, 0o1777)
    assert seen["etc"].isdir()


def test_a_root_is_put_before_every_path() -> None:
    with tarfile.open(fileobj=io.BytesIO(written(Entry("a/b", b""), root="./"))) as archive:
        assert archive.getnames() == ["./a", "./a/b"]
