"""Run a host: the program that stays as its power supply, started in a mount namespace of its own.

It reads what to do from its standard input. An empty one means that whoever started it died before this process
was written down: then it ends without having done anything. It imports little, since one runs per host.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

REBOOT = 133  # what nspawn ends with when its machine asks for a reboot


def main() -> int:
    """Join the groups, mount the disk, run the machine, again after each reboot."""
    text = sys.stdin.read()
    if not text:
        return 1
    order: dict[str, Any] = json.loads(text)
    join(order["power_groups"])
    for argv in order["mounts"]:
        subprocess.run(argv, check=True)
    while (code := boot(order)) == REBOOT:
        clear_groups(order["machine_groups"])
        clear_interfaces(order["namespace"], order["interfaces"])
    return code


def boot(order: dict[str, Any]) -> int:
    """Run the machine until it is off or wants to boot again."""
    environment = {"PATH": os.environ["PATH"], **order["environment"]}
    machine = subprocess.Popen(
        order["machine"],
        stdin=subprocess.DEVNULL,
        env=environment,
        preexec_fn=lambda: join(order["machine_groups"]),  # noqa: PLW1509  this program has one thread
    )
    return machine.wait()


def join(groups: list[str]) -> None:
    """Move this process into control groups."""
    for group in groups:
        (Path(group) / "cgroup.procs").write_text("0")


def clear_groups(groups: list[str]) -> None:
    """Remove the groups that the machine made before its reboot; kubelets lose seconds on each stale one."""
    for group in groups:
        below = sorted((path for path in Path(group).rglob("*") if path.is_dir()), key=lambda path: -len(path.parts))
        for path in below:
            with suppress(OSError):  # the last process of one may still be leaving
                path.rmdir()


def clear_interfaces(namespace: str, spared: list[str]) -> None:
    """Remove the interfaces that the machine made before its reboot."""
    listed = subprocess.run(("ip", "-n", namespace, "-j", "link"), capture_output=True, check=True).stdout
    for link in json.loads(listed):
        if link["ifname"] not in spared:
            subprocess.run(("ip", "-n", namespace, "link", "del", link["ifname"]), capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
