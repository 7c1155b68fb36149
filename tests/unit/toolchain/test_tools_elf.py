from __future__ import annotations

import struct
from pathlib import Path

import pytest

from twinstack.toolchain.elf import needs, real_path
from twinstack.toolchain.model import ToolchainError

BASE = 0x400000
HEADERS = 64 + 3 * 56


def elf(*libraries: str, loader: str = "") -> bytes:
    """Return the least that is a dynamically linked program: load, interpreter and dynamic segments, no code."""
    strings = b"\0" + b"".join(name.encode() + b"\0" for name in libraries)
    offsets = [strings.index(name.encode() + b"\0") for name in libraries]
    interpreter = loader.encode() + b"\0"
    strings_at = HEADERS + len(interpreter)
    dynamic_at = strings_at + len(strings)
    pairs = [(1, offset) for offset in offsets] + [(5, BASE + strings_at), (0, 0), (1, 1)]
    dynamic = b"".join(struct.pack("<QQ", *pair) for pair in pairs)
    size = dynamic_at + len(dynamic)
    segments = [
        (1, 0, size),
        (3 if loader else 4, HEADERS, len(interpreter)),
        (2, dynamic_at, len(dynamic)),
    ]
    header = b"\x7fELF\x02\x01".ljust(32, b"\0") + struct.pack("<Q", 64).ljust(22, b"\0") + struct.pack("<HH", 56, 3)
    table = b"".join(
        struct.pack("<IIQQQQQQ", kind, 0, at, BASE + at, 0, length, length, 0) for kind, at, length in segments
    )
    return header.ljust(64, b"\0") + table + interpreter + strings + dynamic


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A merged-usr root: the program needs libone, which needs libtwo; links are absolute within the root."""
    root = tmp_path / "root"
    libraries = root / "usr/lib/x86_64-linux-gnu"
    libraries.mkdir(parents=True)
    (root / "usr/sbin").mkdir()
    (root / "usr/lib64").mkdir()
    (root / "lib64").symlink_to("usr/lib64")
    (root / "lib").symlink_to("/usr/lib")
    (root / "usr/sbin/nft").write_bytes(elf("libone.so.1", loader="/lib64/ld.so.2"))
    (libraries / "libone.so.1.0").write_bytes(elf("libtwo.so.2"))
    (libraries / "libone.so.1").symlink_to("libone.so.1.0")
    (libraries / "libtwo.so.2").write_bytes(elf())
    (libraries / "ld.so").write_bytes(elf())
    (root / "usr/lib64/ld.so.2").symlink_to("/lib/x86_64-linux-gnu/ld.so")
    return root


def test_loader_and_libraries_of_libraries_are_found(root: Path) -> None:
    libraries = root / "usr/lib/x86_64-linux-gnu"
    assert needs(root, "/usr/sbin/nft") == {
        "lib64/ld.so.2": libraries / "ld.so",
        "usr/lib/x86_64-linux-gnu/libone.so.1": libraries / "libone.so.1.0",
        "usr/lib/x86_64-linux-gnu/libtwo.so.2": libraries / "libtwo.so.2",
    }


def test_a_static_program_or_a_script_needs_nothing(root: Path) -> None:
    (root / "static").write_bytes(elf())
    (root / "script").write_text("#!/bin/sh\n")
    assert needs(root, "static") == {}
    assert needs(root, "script") == {}


def test_a_missing_library_is_named(root: Path) -> None:
    (root / "usr/lib/x86_64-linux-gnu/libtwo.so.2").unlink()
    with pytest.raises(ToolchainError, match=r"has no library libtwo\.so\.2"):
        needs(root, "usr/sbin/nft")


def test_links_never_lead_out_of_the_root(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("outside")
    (root / "up").symlink_to("../../../secret")
    (root / "loop").symlink_to("loop")
    for name in ("up", "loop", "gone"):
        with pytest.raises(ToolchainError, match=f"has no file /{name}"):
            real_path(root, name)


def test_dots_in_links_are_followed(root: Path) -> None:
    (root / "usr/sbin/alias").symlink_to("./../sbin/nft")
    assert real_path(root, "/usr/sbin/alias") == root / "usr/sbin/nft"
