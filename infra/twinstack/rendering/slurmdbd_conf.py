"""slurmdbd.conf: the accounting daemon beside its MariaDB (slurmdbd.conf(5); `slurm_releases` for the difference)."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Host, Slurm
from twinstack.inventory.slurm_releases import Trait, has
from twinstack.rendering import slurm_paths as paths
from twinstack.rendering import slurm_rest
from twinstack.rendering.slurm_settings import Setting, settled

DATABASE = "slurm_acct_db"
DATABASE_USER = "slurm"
PASSWORD = "slurmdbd-password"  # noqa: S105 (the name of a stack secret, not its value)
PORT = 6819


def text(host: Host, slurm: Slurm) -> str:
    """The whole file for the accounting host; the password is filled in when the file is placed."""
    sections = settled([list(_settings(host, slurm))], slurm.parameters.get("slurmdbd.conf", {}), "slurmdbd.conf")
    return "".join(f"{key}={value}\n" for section in sections for key, value in section)


def _settings(host: Host, slurm: Slurm) -> Iterator[Setting]:
    yield "AuthType", "auth/munge"
    yield from slurm_rest.settings(slurm)
    yield "DbdHost", host.name
    yield "DbdAddr", host.address
    yield "DbdPort", PORT
    yield "SlurmUser", paths.USER
    yield "LogFile", f"{paths.LOGS}/slurmdbd.log"
    own = "/run/slurmdbd" if has(slurm.version, Trait.RUNTIME_DIRECTORY) else "/run"
    yield "PidFile", f"{own}/slurmdbd.pid"
    yield "StorageType", "accounting_storage/mysql"
    # By name, the client library goes through the server's socket, never over TCP.
    yield "StorageHost", "localhost"
    yield "StorageUser", DATABASE_USER
    yield "StorageLoc", DATABASE
    yield "StoragePass", f"@secret:{PASSWORD}@"
