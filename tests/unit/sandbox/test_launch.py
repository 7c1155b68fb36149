from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from twinstack.sandbox import launch


def order(tmp_path: Path, machine: list[str], **changes: object) -> str:
    for name in ("power", "machine"):
        (tmp_path / name).mkdir(exist_ok=True)
    made = {
        "power_groups": [str(tmp_path / "power")],
        "machine_groups": [str(tmp_path / "machine")],
        "namespace": "none",
        "interfaces": ["lo", "eth0"],
        "mounts": [],
        "machine": machine,
        "environment": {"WORD": "hello"},
    }
    return json.dumps({**made, **changes})


def launched(text: str) -> subprocess.CompletedProcess[str]:
    argv = (sys.executable, "-m", "twinstack.sandbox.launch")
    return subprocess.run(argv, input=text, capture_output=True, text=True, timeout=20, check=False)


def test_without_an_order_nothing_is_done() -> None:
    assert launched("").returncode == 1


def test_power_and_machine_join_their_groups_and_the_machine_s_end_is_reported(tmp_path: Path) -> None:
    done = launched(order(tmp_path, ["sh", "-c", "echo $WORD; exit 7"]))
    assert (done.returncode, done.stdout) == (7, "hello\n")
    assert (tmp_path / "power/cgroup.procs").read_text() == "0"
    assert (tmp_path / "machine/cgroup.procs").read_text() == "0"


def test_a_failed_mount_ends_it_before_the_machine_runs(tmp_path: Path) -> None:
    done = launched(order(tmp_path, ["touch", str(tmp_path / "ran")], mounts=[["false"]]))
    assert done.returncode != 0
    assert not (tmp_path / "ran").exists()


def test_a_reboot_boots_again_and_leaves_no_stale_groups(tmp_path: Path) -> None:
    fake = tmp_path / "ip"
    fake.write_text("#!/bin/sh\necho '[]'\n")
    fake.chmod(0o755)
    stale = tmp_path / "machine/stale"
    stale.mkdir(parents=True)
    script = f"if test -e {stale}; then exit {launch.REBOOT}; fi; exit 5"
    argv = ("env", f"PATH={tmp_path}:/usr/bin:/bin", sys.executable, "-m", "twinstack.sandbox.launch")
    done = subprocess.run(argv, input=order(tmp_path, ["sh", "-c", script]), text=True, timeout=20, check=False)
    assert done.returncode == 5
    assert not stale.exists()
