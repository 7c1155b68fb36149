"""What a dynamically linked program of a root file system needs beside it: its loader and its libraries."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twinstack.toolchain.model import ToolchainError

MAGIC = b"\x7fELF\x02\x01"  # 64 bit, little endian
SEGMENT = struct.Struct("<IIQQQQQQ")
PAIR = struct.Struct("<QQ")
LOAD, DYNAMIC, INTERPRETER = 1, 2, 3
END, NEEDED, STRINGS = 0, 1, 5
LIBRARY_FOLDERS = ("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "lib/x86_64-linux-gnu",
                   "lib/aarch64-linux-gnu", "usr/lib64", "usr/lib", "lib")  # fmt: skip
MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the file and the address at which it is loaded."""

    kind: int
    offset: int
    address: int
    size: int


def needs(root: Path, program: str) -> dict[str, Path]:
    """Return the files that a program of the root file system `root` needs: path in the root -> real file.

    Raises:
        ToolchainError: one of them is not there.
    """
    wanted: dict[str, Path] = {}
    ahead = [real_path(root, program)]
    while ahead:
        raw = ahead.pop().read_bytes()
        names = [*_interpreter(raw), *(_library(root, name) for name in _needed(raw))]
        fresh = {name: real_path(root, name) for name in names if name not in wanted}
        wanted |= fresh
        ahead.extend(fresh.values())
    return wanted


def real_path(root: Path, name: str) -> Path:
    """Follow symbolic links as they would be followed from within the root, and return the real file's path.

    Raises:
        ToolchainError: there is no such file.
    """
    parts = name.strip("/").split("/")
    here: list[str] = []
    for _ in range(MOST_LINKS * max(len(parts), 1)):
        if not parts:
            break
        part = parts.pop(0)
        place = root.joinpath(*here, part)
        if part == "..":
            here = here[:-1]
        elif place.is_symlink():
            link = str(place.readlink())
            here = [] if link.startswith("/") else here
            parts = [*(step for step in link.split("/") if step not in {"", "."}), *parts]
        else:
            here.append(part)
    found = root.joinpath(*here)
    if parts or not found.is_file():
        raise ToolchainError(f"{root} has no file /{name.strip('/')}")
    return found


def _library(root: Path, name: str) -> str:
    for folder in LIBRARY_FOLDERS:
        if os.path.lexists(root / folder / name):
            return f"{folder}/{name}"
    raise ToolchainError(f"{root} has no library {name}")


def _segments(raw: bytes) -> list[Segment]:
    if not raw.startswith(MAGIC):
        return []
    (start,) = struct.unpack_from("<Q", raw, 32)
    size, count = struct.unpack_from("<HH", raw, 54)
    fields = (SEGMENT.unpack_from(raw, start + size * number) for number in range(count))
    return [Segment(kind, offset, address, length) for kind, _, offset, address, _, length, _, _ in fields]


def _interpreter(raw: bytes) -> list[str]:
    parts = [raw[part.offset : part.offset + part.size] for part in _segments(raw) if part.kind == INTERPRETER]
    return [part.rstrip(b"\0").decode().lstrip("/") for part in parts]


def _needed(raw: bytes) -> list[str]:
    segments = _segments(raw)
    pairs = [pair for part in segments if part.kind == DYNAMIC for pair in _pairs(raw, part)]
    table = next((_offset(segments, text) for tag, text in pairs if tag == STRINGS), 0)
    return [_string(raw, table + text) for tag, text in pairs if tag == NEEDED]


def _pairs(raw: bytes, part: Segment) -> Iterator[tuple[int, int]]:
    for pair in PAIR.iter_unpack(raw[part.offset : part.offset + part.size]):
        if pair[0] == END:
            return
        yield pair


def _offset(segments: list[Segment], address: int) -> int:
    return next(
        part.offset + address - part.address
        for part in segments
        if part.kind == LOAD and part.address <= address < part.address + part.size
    )


def _string(raw: bytes, offset: int) -> str:
    return raw[offset : raw.index(b"\0", offset)].decode()
