"""What apt needs before it takes work: an installation that was cut off (by a kill, by a loss of power) is finished."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.twinstack_installed import DPKG, missing_by_dpkg, missing_by_rpm

JOURNAL = Path("/var/lib/dpkg/updates")
"""Holds numbered files only while dpkg is at work, or when it was cut off (dpkg(1), admindir)."""
HALF = frozenset("UFHWt")
"""Second letter of dpkg's status: unpacked, half-configured, half-installed, triggers awaited or pending."""
START_NOTHING = Path("/usr/sbin/policy-rc.d")
PATIENCE = 300.0
INTERVAL = 1.0


class Unfinished(Exception):  # noqa: N818
    """dpkg cannot be brought to an end."""


def is_cut_off(listing: str, journal: list[str]) -> bool:
    """Whether dpkg has work that it began and did not end."""
    return any(name.isdigit() for name in journal) or any(line[1:2] in HALF for line in listing.splitlines())


def finish() -> bool:
    """Finish what dpkg was at when it was cut off; whether there was anything.

    Raises:
        Unfinished: dpkg refused, or somebody else has held its lock for too long.
    """
    listing = subprocess.run([DPKG, "-W", "-f", "${db:Status-Abbrev}\n"], capture_output=True, text=True, check=True)
    if not is_cut_off(listing.stdout, [path.name for path in JOURNAL.iterdir()]):
        return False
    with nothing_started():
        configure(time.monotonic() + PATIENCE)
    return True


def configure(deadline: float) -> None:
    """Run dpkg's own repair; while another installer holds the lock, its work is not cut off but going on."""
    command = ["dpkg", "--configure", "-a", "--force-confdef", "--force-confold"]
    while True:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode == 0:
            return
        if "lock" not in done.stderr or time.monotonic() > deadline:
            raise Unfinished(f"dpkg was interrupted, and `{' '.join(command)}` fails: {done.stderr.strip()[-1000:]}")
        time.sleep(INTERVAL)


@contextmanager
def nothing_started(policy: Path = START_NOTHING) -> Iterator[None]:
    """Keep packages from starting services while this lasts; a policy of the machine's own stays."""
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def lacking(packages: list[str], *, check_mode: bool) -> dict[str, Any]:
    """The packages that are not installed, after finishing what was cut off, and this machine's installer.

    Raises:
        Unfinished: dpkg cannot be brought to an end.
    """
    if not DPKG.exists():
        return {"installer": "dnf", "finished": False, "missing": missing_by_rpm(packages)}
    missing = missing_by_dpkg(packages) if packages else []
    finished = bool(missing) and not check_mode and finish()
    return {"installer": "apt", "finished": finished, "missing": missing_by_dpkg(packages) if finished else missing}
