"""Limits of login sessions: /etc/security/limits.d/90-twinstack.conf."""

from __future__ import annotations

LIMITS = (
    ("memlock", "unlimited"),  # RDMA registers memory by locking it
    ("stack", "unlimited"),  # Fortran codes put arrays there
    ("nofile", "1048576"),  # one file descriptor for each rank of a large job
)


def text() -> str:
    """The file's text: both limits of each kind, for everyone."""
    return "".join(f"* {bound} {item} {value}\n" for item, value in LIMITS for bound in ("soft", "hard"))
