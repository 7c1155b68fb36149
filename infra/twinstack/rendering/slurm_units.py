"""What the distribution's units of Slurm's daemons lack, as systemd drop-ins."""

from __future__ import annotations

_RETRY = "[Service]\nRestart=on-failure\nRestartSec=5s\n"


def drop_in(unit: str) -> str:
    """Where a unit's drop-in goes."""
    return f"/etc/systemd/system/{unit}.d/twinstack.conf"


def controller(accounting_unit: str, state_location: str | None, file_system: str | None = None) -> str:
    """The controller starts after what it needs on its own host, and again should the database have come up later.

    `file_system` is the mount point of a file system that something else than systemd mounts: until it is there the
    start fails and is tried again, because a slurmctld on the empty directory below it would have lost every job.
    """
    mounts = f"RequiresMountsFor={state_location}\n" if state_location else ""
    waits = f"ExecStartPre=/usr/bin/mountpoint --quiet {file_system}\n" if file_system else ""
    return f"[Unit]\nAfter={accounting_unit}\nStartLimitIntervalSec=0\n{mounts}\n{_RETRY}{waits}"


def accounting() -> str:
    """A new version of slurmdbd converts its tables before it says that it is ready; systemd must not cut that short.

    Source: slurm.schedmd.com/upgrades.html, "slurmdbd (Accounting)".
    """
    return "[Service]\nTimeoutStartSec=infinity\n"


def node() -> str:
    """A node's slurmd starts without a slurm.conf of its own (configless), and again until a controller answers.

    The empty condition takes back the distribution's, as configless_slurm.html asks for.
    """
    return f"[Unit]\nConditionPathExists=\nStartLimitIntervalSec=0\n\n{_RETRY}"
