"""What the site asks of SSH daemons: /etc/ssh/sshd_config.d/10-twinstack.conf."""

from __future__ import annotations

OPTIONS = (
    ("PermitRootLogin", "prohibit-password"),
    ("PermitEmptyPasswords", "no"),
    ("UseDNS", "no"),  # a dead name server must not delay the ones who come to mend it
    ("MaxStartups", "100:30:300"),  # an operator connects to many things on one host at once
    ("MaxSessions", "64"),  # and multiplexes them
)


def text() -> str:
    """The file's text; nothing in it can lock out an operator who comes with a key."""
    return "".join(f"{option} {value}\n" for option, value in OPTIONS)
