"""slurmdbd.conf: the accounting daemon beside its MariaDB (slurmdbd.conf(5) of 22.05)."""

from __future__ import annotations

from twinstack.inventory.model import Host
from twinstack.rendering import slurm_paths as paths

DATABASE = "slurm_acct_db"
DATABASE_USER = "slurm"
PASSWORD = "slurmdbd-password"  # noqa: S105 (the name of a stack secret, not its value)
PORT = 6819


def text(host: Host) -> str:
    """The whole file for the accounting host; the password is filled in when the file is placed."""
    return (
        "AuthType=auth/munge\n"
        f"DbdHost={host.name}\n"
        f"DbdAddr={host.address}\n"
        f"DbdPort={PORT}\n"
        f"SlurmUser={paths.USER}\n"
        f"LogFile={paths.LOGS}/slurmdbd.log\n"
        "PidFile=/run/slurmdbd.pid\n"
        "StorageType=accounting_storage/mysql\n"
        # By name, the client library goes through the server's socket, never over TCP.
        "StorageHost=localhost\n"
        f"StorageUser={DATABASE_USER}\n"
        f"StorageLoc={DATABASE}\n"
        f"StoragePass=@secret:{PASSWORD}@\n"
    )
