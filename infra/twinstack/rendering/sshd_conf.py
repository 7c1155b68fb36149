"""What the site asks of SSH daemons: /etc/ssh/sshd_config.d/00-twinstack.conf.

The daemon takes the first value that it reads (sshd_config(5)), so this file is the first of its folder: installers
leave others there (01-permitrootlogin.conf, 50-cloud-init.conf). Deliberately not here: MaxAuthTries, which turns away
operators whose agent holds several keys, and AllowUsers, which turns away everyone that it was not told of.
"""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Access, Site

DEST = "/etc/ssh/sshd_config.d/00-twinstack.conf"

OPTIONS: Mapping[str, str] = {
    "PermitRootLogin": "prohibit-password",
    "PubkeyAuthentication": "yes",
    "PermitEmptyPasswords": "no",
    "KbdInteractiveAuthentication": "no",
    "HostbasedAuthentication": "no",
    "PermitUserEnvironment": "no",
    "LogLevel": "VERBOSE",  # names the key with which somebody came
    "UseDNS": "no",  # a dead name server must not delay the ones who come to mend it
    "LoginGraceTime": "60",
    "ClientAliveInterval": "60",
    "ClientAliveCountMax": "5",
    "MaxStartups": "100:30:300",  # an operator connects to many things on one host at once
    "MaxSessions": "64",  # and multiplexes them
}

INWARD: Mapping[str, str] = {"PasswordAuthentication": "no", "X11Forwarding": "no"}
"""Further options where no user logs in from outside."""


def options(*, login: bool) -> Mapping[str, str]:
    """The options of a host; users come with passwords and displays to login hosts only."""
    return OPTIONS if login else {**OPTIONS, **INWARD}


def text(*, login: bool) -> str:
    """The file's text."""
    return "".join(f"{option} {value}\n" for option, value in options(login=login).items())


def check(site: Site) -> str:
    """The check of the composed configuration before it replaces the former (see the role's README)."""
    forward = " --forward" if _leads_through(site.access, site) else ""
    return f"@sshd --user {site.access.user}{forward} %s"


def _leads_through(access: Access, site: Site) -> bool:
    """Whether the way to the hosts leads through one of them."""
    name = (access.jump or "").rpartition("@")[2].partition(":")[0]
    return any(name in {host.name, f"{host.name}.{site.domain}", str(host.address)} for host in site.hosts.values())
