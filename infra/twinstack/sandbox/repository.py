"""A local package repository: a directory of Debian packages and the index that apt reads."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote

from twinstack.sandbox.command import run


def index(folder: Path) -> None:
    """Write the index of the packages in `folder`; drops what a download left beside them."""
    for leftover in ("lock", "partial"):
        path = folder / leftover
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    for archive in folder.glob("*%*.deb"):
        archive.rename(archive.with_name(unquote(archive.name)))
    stanzas = (stanza(archive) for archive in sorted(folder.glob("*.deb")))
    (folder / "Packages").write_text("\n".join(stanzas))


def stanza(archive: Path) -> str:
    """The index entry of one package: its own description and where and what its file is."""
    control = run("dpkg-deb", "--field", str(archive)).strip()
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
    return f"{control}\nFilename: ./{archive.name}\nSize: {archive.stat().st_size}\nSHA256: {checksum}\n"
