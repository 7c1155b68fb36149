"""Renewal of a control plane's certificates on the host itself, so that it does not depend on anybody's next `up`."""

from __future__ import annotations

PROGRAM = "/usr/local/lib/twinstack/renew-certificates"
SERVICE = "/etc/systemd/system/twinstack-certificates.service"
TIMER = "/etc/systemd/system/twinstack-certificates.timer"
UNIT = "twinstack-certificates.timer"

SERVICE_TEXT = f"""\
[Unit]
Description=Renewal of the control plane's certificates
After=kubelet.service

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 {PROGRAM} --node %H
"""
# Control planes have their turns hours apart: what one restarts is long up again before the next one's.
FIRST, MINUTE, DAY = 1, 17, 24


def timer_text(turn: int) -> str:
    """The timer of the control plane that has this turn (0, 1 ...): once a day, at an hour of its own."""
    return f"""\
[Unit]
Description=Daily look at the control plane's certificates

[Timer]
OnCalendar=*-*-* {(FIRST + turn) % DAY:02}:{MINUTE}:00

[Install]
WantedBy=timers.target
"""
