"""Secrets for one Ansible run: a file that exists in memory only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def secret_file(secrets: Mapping[str, str]) -> Iterator[str]:
    """A path at which this user's processes can read the secrets as JSON while the context lasts.

    The file has no name in any directory and is never written to a disk (Linux `memfd_create`).
    """
    descriptor = os.memfd_create("twinstack")
    try:
        os.write(descriptor, json.dumps(dict(secrets)).encode())
        yield f"/proc/{os.getpid()}/fd/{descriptor}"
    finally:
        os.close(descriptor)
