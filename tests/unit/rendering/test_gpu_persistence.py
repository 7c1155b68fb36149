from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from twinstack.rendering import gpu_persistence

TOOL = """#!/bin/sh
case $1 in
--query-gpu=persistence_mode) cat "$(dirname "$0")/modes" ;;
--persistence-mode=1) echo set >> "$(dirname "$0")/done" ;;
esac
"""


def started(folder: Path, modes: str | None) -> tuple[int, bool]:
    """The exit code of what the unit runs, as systemd hands it to the shell, and whether it set the mode."""
    (folder / "nvidia-smi").write_text(TOOL)
    (folder / "nvidia-smi").chmod(0o755)
    if modes is not None:
        (folder / "modes").write_text(modes)
    line = gpu_persistence.text().replace("\\\n", " ").partition("ExecStart=")[2].splitlines()[0]
    argv = [word.replace("$$", "$") for word in shlex.split(line)]
    done = subprocess.run(argv, check=False, capture_output=True, env={"PATH": f"{folder}:/usr/bin:/bin"})
    return done.returncode, (folder / "done").exists()


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        ("Enabled\nEnabled\n", (0, False)),
        ("Enabled\nDisabled\n", (0, True)),
        ("[N/A]\n", (0, False)),
        (None, (1, False)),  # a driver that does not answer: the unit fails, it does not pass
    ],
)
def test_the_mode_is_set_where_it_is_off(tmp_path: Path, modes: str | None, expected: tuple[int, bool]) -> None:
    assert started(tmp_path, modes) == expected
