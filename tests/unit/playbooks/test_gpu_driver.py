from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.modules import gpu_driver
from playbooks.plugins.modules.gpu_driver import VENDORS, Silent, ask, is_model, missing

CARDS = {"card0": {"Card series": "AMD INSTINCT MI250X", "Card SKU": "D65201"}, "system": {"Driver version": "6.3"}}


def stand_in(folder: Path, tool: str, script: str) -> None:
    path = folder / tool
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(folder: Path) -> gpu_driver.Run:
    def call(command: list[str]) -> tuple[int, str, str]:
        done = subprocess.run([folder / command[0], *command[1:]], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    return call


def test_nvidia_is_asked_for_names(tmp_path: Path) -> None:
    stand_in(tmp_path, "nvidia-smi", 'test "$1" = --query-gpu=name && printf "NVIDIA H100 80GB HBM3\\n%.0s" 1 2')
    assert ask(VENDORS["nvidia"], run(tmp_path)) == ["NVIDIA H100 80GB HBM3"] * 2


def test_amd_is_asked_for_cards(tmp_path: Path) -> None:
    stand_in(tmp_path, "rocm-smi", f"cat <<'END'\n{json.dumps(CARDS)}\nEND")
    assert ask(VENDORS["amd"], run(tmp_path)) == ["AMD INSTINCT MI250X D65201"]


@pytest.mark.parametrize(
    ("vendor", "tool", "script", "says"),
    [
        ("nvidia", "nvidia-smi", "echo no driver is running >&2; exit 9", "nvidia-smi fails: no driver is running"),
        ("nvidia", "nvidia-smi", "exit 9", "exit code 9"),
        ("amd", "rocm-smi", "echo WARNING: no GPU", "rocm-smi answers something else"),
    ],
)
def test_a_driver_that_does_not_answer_is_quoted(
    tmp_path: Path, vendor: str, tool: str, script: str, says: str
) -> None:
    stand_in(tmp_path, tool, script)
    with pytest.raises(Silent, match=says):
        ask(VENDORS[vendor], run(tmp_path))


@pytest.mark.parametrize(
    ("model", "name", "same"),
    [
        ("h100", "NVIDIA H100 80GB HBM3", True),
        ("a100-sxm4-80gb", "NVIDIA A100-SXM4-80GB", True),
        ("a100-sxm4-80gb", "NVIDIA A100-PCIE-40GB", False),
        ("mi250x", "AMD INSTINCT MI250X D65201", True),
        ("h200", "NVIDIA H100 80GB HBM3", False),
    ],
)
def test_models_are_told_by_their_words(model: str, name: str, same: bool) -> None:  # noqa: FBT001
    assert is_model(model, name) is same


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "nvidiactl").touch()
    (tmp_path / "nvidia0").touch()
    assert missing(VENDORS["nvidia"], "h200", 2, ["NVIDIA H100"], tmp_path) == [
        "the driver sees 1 GPUs, the inventory has 2",
        "the inventory's model is h200, the driver sees NVIDIA H100",
        f"{tmp_path}/nvidia-uvm, {tmp_path}/nvidia1 missing",
    ]


def test_nothing_is_missing_where_all_is_there(tmp_path: Path) -> None:
    (tmp_path / "dri").mkdir()
    for node in ("kfd", "dri/renderD128"):
        (tmp_path / node).touch()
    assert missing(VENDORS["amd"], "mi250x", 1, ["AMD INSTINCT MI250X"], tmp_path) == []


class Fail(Exception):  # noqa: N818
    """The module's failure."""


class FakeModule:
    params = {"vendor": "nvidia", "model": "h100", "count": 8}  # noqa: RUF012

    def fail_json(self, **result: Any) -> None:
        raise Fail(result["msg"])


def test_the_failure_says_what_is_wanted_and_whose_it_is() -> None:
    with pytest.raises(Fail, match=r"GPUs \(8 x nvidia h100\): there is no nvidia-smi\. The driver is the site's"):
        gpu_driver.refuse(FakeModule(), "there is no nvidia-smi")
