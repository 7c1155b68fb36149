"""The unit that makes a changed /etc/hostname the running name: twinstack-hostname.service."""

from __future__ import annotations

NAME = "twinstack-hostname.service"

TEXT = """\
[Unit]
Description=Take up the host name of the inventory

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/hostname --file /etc/hostname

[Install]
WantedBy=multi-user.target
"""


def text() -> str:
    """The unit's text."""
    return TEXT
