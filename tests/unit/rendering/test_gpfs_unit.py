from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from twinstack.inventory.model import GpfsMount
from twinstack.rendering import gpfs_unit

WORK = GpfsMount("work", "fs1", "/gpfs/work")


def test_what_gpfs_has_mounted_itself_is_left_alone() -> None:
    text = gpfs_unit.text(WORK, ("slurmd.service",))
    assert "mountpoint -q /gpfs/work || exec /usr/lpp/mmfs/bin/mmmount fs1 /gpfs/work" in text
    assert "Before=slurmd.service\n" in text


def test_a_daemon_that_is_late_is_tried_again() -> None:
    text = gpfs_unit.text(WORK)
    assert "Restart=on-failure\nRestartSec=30s\n" in text
    assert "TimeoutStartSec=60s\n" in text
    assert "StartLimitIntervalSec=0\n" in text
    assert "Requires=" not in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / gpfs_unit.name(WORK)
    unit.write_text(gpfs_unit.text(WORK, ("slurmd.service", "kubelet.service")))
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert not [line for line in verified.stderr.splitlines() if unit.name in line]
