"""A stand-in for the archive of a release of Spack, the same bytes each time."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from base64 import b64encode

FILES = {"bin/spack": (b"#!/bin/sh\n", 0o755), "share/stand-in": (b"a release of Spack\n", 0o644)}


def archive() -> bytes:
    """The tree as a compressed archive."""
    tree = io.BytesIO()
    with tarfile.open(fileobj=tree, mode="w") as tar:
        for name, (content, mode) in FILES.items():
            member = tarfile.TarInfo(f"spack-1.0.2/{name}")
            member.size, member.mode = len(content), mode
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(tree.getvalue(), mtime=0)


SHA256 = hashlib.sha256(archive()).hexdigest()
BASE64 = b64encode(archive()).decode()
