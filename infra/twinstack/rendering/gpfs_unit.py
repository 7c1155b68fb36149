"""Units that mount file systems of an installed GPFS client, and try again until its daemon is ready.

GPFS mounts by itself what its own configuration says (`mmchfs -A yes`); an automount of systemd's at the same place
would be in its way. The unit mounts what is not mounted yet, by GPFS's own command (mmmount).
"""

from __future__ import annotations

import shlex

from twinstack.inventory.model import GpfsMount

COMMANDS = "/usr/lpp/mmfs/bin"
DAEMON = "gpfs.service"


def name(mount: GpfsMount) -> str:
    """The unit's name."""
    return f"twinstack-gpfs-{mount.name}.service"


def text(mount: GpfsMount, before: tuple[str, ...] = ()) -> str:
    """The unit: nothing waits for it but `before`, and they only for one attempt."""
    script = f"mountpoint -q {mount.mount} || exec {COMMANDS}/mmmount {mount.filesystem} {mount.mount}"
    order = f"Before={' '.join(before)}\n" if before else ""
    return (
        f"[Unit]\nDescription={mount.name} at {mount.mount}\nWants={DAEMON}\nAfter={DAEMON} network-online.target\n"
        f"{order}StartLimitIntervalSec=0\n\n"
        f"[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c {shlex.quote(script)}\n"
        "TimeoutStartSec=60s\nRestart=on-failure\nRestartSec=30s\n\n"
        "[Install]\nWantedBy=multi-user.target\n"
    )
