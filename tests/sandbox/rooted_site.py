"""A site's Slurm on hosts that are roots: its files placed as the roles say, its daemons started as their units say."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from tests.sandbox.rooted import Rack, Rooted
from twinstack.planning.model import Plan
from twinstack.rendering import render
from twinstack.rendering.model import HostRole, Rendering

PASSWORD = "only-here"
DATABASE = f"""\
CREATE DATABASE slurm_acct_db;
CREATE USER slurm@localhost IDENTIFIED BY '{PASSWORD}';
GRANT ALL ON slurm_acct_db.* TO slurm@localhost;
"""
SERVER = "mariadbd --defaults-file=/etc/mysql/mariadb.conf.d/90-twinstack.cnf --user=root --datadir=/db"
SOCKET = "/run/mysqld/mysqld.sock"
UNITS = "cat /usr/lib/systemd/system/$1.service; cat /etc/systemd/system/$1.service.d/*.conf || true"


def stand(rack: Rack, root: Path, made: Plan) -> dict[str, Rooted]:
    """The site's hosts with munge and the files of Slurm's roles; no daemon of Slurm's runs yet."""
    rendering, key = render(made), os.urandom(32).hex()
    names = "".join(f"{host.host.address} {name}\n" for name, host in made.hosts.items())
    hosts = {}
    for name, roles in rendering.hosts.items():
        host = hosts[name] = rack.add(root, name, made.hosts[name].host.address)
        host.write("/etc/hosts", f"127.0.0.1 localhost\n{names}")
        host.on("useradd", "--system", "slurmrestd")
        host.on("useradd", "--uid", "20001", "--create-home", "ana")
        _munge(host, key)
        for role, each in roles.items():
            if role.startswith("slurm-"):
                _place(host, rendering, each)
    return hosts


def munge(host: Rooted) -> None:
    """Munge with a key of the host's own."""
    _munge(host, os.urandom(32).hex())


def start(host: Rooted, unit: str) -> Path:
    """Start a daemon by its unit with the drop-ins; the file of what it says."""
    said = host.on("sh", "-c", UNITS, "sh", unit)
    lines = [line.partition("=")[::2] for line in said.splitlines() if "=" in line and not line.startswith("#")]
    last = dict(lines)
    command = next(value for key, value in reversed(lines) if key == "ExecStart" and value)
    user, file = last.get("User", "root"), last.get("EnvironmentFile", "-/dev/null").removeprefix("-")
    if directory := last.get("RuntimeDirectory"):
        host.on("install", "-d", "-o", user, "-g", user, f"/run/{directory}")
    own = f"RUNTIME_DIRECTORY=/run/{directory}; " if directory else ""
    jwt = "SLURM_JWT=daemon; " if last.get("Environment") == "SLURM_JWT=daemon" else ""
    words = f"set -a; {own}{jwt}[ ! -e {file} ] || . {file}; exec {command.replace('--systemd', '-D')}"
    return host.start("sh", "-c", words, user=user, log=unit)


def database(host: Rooted) -> None:
    """The role's MariaDB with the database and its account."""
    host.write("/db.sql", DATABASE)
    host.on("sh", "-euc", "mkdir -p /run/mysqld; mariadb-install-db --user=root --datadir=/db >/tmp/install.log")
    host.start(*SERVER.split(), f"--socket={SOCKET}", "--init-file=/db.sql", log="mariadb")
    eventually(host, "yes", "sh", "-c", f"test ! -S {SOCKET} || echo yes")


def eventually(host: Rooted, word: str, *command: str, user: str = "root") -> str:
    """Repeat a command until its output has a word in it."""
    attempts = Retrying(
        stop=stop_after_delay(60), wait=wait_fixed(0.3), retry=retry_if_result(lambda seen: word not in seen)
    )
    return str(attempts(lambda: host.tried(*command, user=user).stdout))


def _munge(host: Rooted, key: str) -> None:
    host.write("/etc/munge/munge.key", key, "munge:munge", "0400")
    host.on("sh", "-euc", "mkdir -p /run/munge; chown munge: /run/munge /etc/munge /var/l*/munge; chmod 700 /etc/munge")
    host.on("munged", user="munge")


def _place(host: Rooted, rendering: Rendering, role: HostRole) -> None:
    for directory in role.spec.directories:
        host.on(*("install", "-d", "-o", directory.owner, "-g", directory.group, "-m", directory.mode, directory.dest))
    for file in role.spec.files:
        text = rendering.artefacts[file.artefact].text if file.artefact else "a key of the stack " * 3
        host.write(file.dest, re.sub(r"@secret:.*@", PASSWORD, text), f"{file.owner}:{file.group}", file.mode)
