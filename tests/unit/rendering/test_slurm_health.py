from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from twinstack.rendering import slurm_health

IDLE = "NodeName=n1 State=IDLE Partitions=main"
OURS = "NodeName=n1 State=IDLE+DRAIN Reason=twinstack: health: munge does not answer [root@2026-01-01]"
THEIRS = "NodeName=n1 State=IDLE+DRAIN Reason=disk [ops@2026-01-01]"


def updates(
    tmp_path: Path, record: str, mounts: tuple[str, ...] = (), *, munge: bool = True, tmp: str | None = None
) -> str:
    """What the script tells scontrol, with commands of our own first in PATH; `tmp` is run on a small /tmp before."""
    folder = tmp_path if tmp is None else Path("/mnt")
    commands = {
        "hostname": "echo n1",
        "munge": "exit 0" if munge else "exit 1",
        "scontrol": f'case "$1" in update) echo "$@" >> {folder}/updates ;; *) echo "{record}" ;; esac',
    }
    for name, body in commands.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    script = tmp_path / "health.sh"
    script.write_text(slurm_health.text(mounts))
    path = f"{folder}:{os.environ['PATH']}"
    small = f"mount --bind {tmp_path} /mnt; mount -t tmpfs -o size=256k none /tmp; {tmp}; exec sh /mnt/health.sh"
    argv = ["sh", str(script)] if tmp is None else ["unshare", "--mount", "sh", "-euc", small]
    subprocess.run(argv, check=True, timeout=30, env={"PATH": path})
    told = tmp_path / "updates"
    return told.read_text() if told.exists() else ""


def test_a_healthy_node_is_left_alone(tmp_path: Path) -> None:
    assert updates(tmp_path, IDLE) == ""


def test_a_lost_mount_drains_with_the_reason(tmp_path: Path) -> None:
    told = updates(tmp_path, IDLE, ("/nowhere/to be",))
    assert told == "update NodeName=n1 State=DRAIN Reason=twinstack: health: /nowhere/to be is not reachable\n"


def test_a_silent_munge_drains(tmp_path: Path) -> None:
    assert "Reason=twinstack: health: munge does not answer" in updates(tmp_path, IDLE, munge=False)


def may_mount() -> bool:
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small /tmp")
@pytest.mark.parametrize(
    ("tmp", "reason"),
    [
        (":", None),
        ("dd if=/dev/zero of=/tmp/most bs=64k count=3 2>/dev/null", None),
        ("! dd if=/dev/zero of=/tmp/all bs=4k 2>/dev/null", "/tmp is full or fails"),
        ("mount -o remount,ro /tmp", "/tmp is not writable"),
    ],
)
def test_a_tmp_that_takes_no_more_data_drains(tmp_path: Path, tmp: str, reason: str | None) -> None:
    told = f"update NodeName=n1 State=DRAIN Reason=twinstack: health: {reason}\n" if reason else ""
    assert updates(tmp_path, IDLE, tmp=tmp) == told


@pytest.mark.parametrize(("record", "expected"), [(OURS, "update NodeName=n1 State=RESUME\n"), (THEIRS, "")])
def test_only_its_own_drain_is_undone(tmp_path: Path, record: str, expected: str) -> None:
    assert updates(tmp_path, record) == expected


@pytest.mark.parametrize("record", [OURS, THEIRS])
def test_a_drain_is_not_given_another_reason(tmp_path: Path, record: str) -> None:
    assert updates(tmp_path, record, munge=False) == ""
