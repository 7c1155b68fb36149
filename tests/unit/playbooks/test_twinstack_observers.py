from __future__ import annotations

import grp
import pwd
from pathlib import Path

import pytest

from playbooks.plugins.module_utils import twinstack_observers
from playbooks.plugins.module_utils.twinstack_observers import OBSERVERS
from twinstack.planning.roles import ORDER

ROOT = grp.getgrgid(0)


def test_observers_are_of_roles_that_there_are() -> None:
    assert set(OBSERVERS) <= set(ORDER)


def users(users: dict[str, int], groups: dict[str, dict[str, object]], homes: str | None = None) -> list[str]:
    return list(OBSERVERS["users"]({"users": users, "groups": groups, "homes": homes}))


def test_accounts_as_wanted_are_no_finding() -> None:
    assert users({"root": 0}, {ROOT.gr_name: {"gid": 0, "members": ROOT.gr_mem}}) == []


def test_slurms_account_is_missed_where_no_package_makes_it() -> None:
    observe = OBSERVERS["slurm-packages"]
    assert list(observe({"account": None})) == list(observe({"account": {"name": "root", "id": 64030}})) == []
    assert list(observe({"account": {"name": "no-such-user", "id": 64030}})) == ["user no-such-user missing"]


def test_missing_and_renumbered_accounts_are_told() -> None:
    assert users({"root": 5, "no-such-user": 7}, {"no-such-group": {"gid": 1, "members": []}}) == [
        "user no-such-user missing",
        f"user root has uid {pwd.getpwnam('root').pw_uid}, not 5",
        "group no-such-group missing",
    ]


def test_members_that_a_group_gained_or_lost_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = grp.struct_group(("climate", "x", 9, ["ana", "mallory"]))
    monkeypatch.setattr(twinstack_observers.grp, "getgrnam", lambda _name: found)
    assert users({}, {"climate": {"gid": 8, "members": ["ana", "bo"]}}) == [
        "group climate has gid 9, not 8",
        "group climate lost bo",
        "group climate gained mallory",
    ]


def test_a_home_that_is_gone_is_told(tmp_path: Path) -> None:
    assert users({"root": 0}, {}, str(tmp_path)) == [f"{tmp_path}/root missing"]


def gpus(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str, vendor: str = "nvidia") -> list[str]:
    """What is found where a vendor's tool is a script."""
    (folder / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return list(OBSERVERS["gpu"]({"vendor": vendor, "model": "h100", "count": 2}))


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('test "$1" = --query-gpu=persistence_mode && echo Enabled && echo Enabled', []),
        ("echo Enabled; echo Disabled", ["1 of 2 GPUs without persistence mode"]),
        ("echo no driver >&2; exit 9", ["nvidia-smi fails: no driver"]),
    ],
)
def test_gpus_without_persistence_mode_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, found: list[str]
) -> None:
    assert gpus(monkeypatch, tmp_path, script) == found


def test_other_vendors_have_no_persistence_mode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert gpus(monkeypatch, tmp_path, "exit 9", "amd") == []


def test_a_driver_without_its_tool_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (found,) = OBSERVERS["gpu"]({"vendor": "nvidia"})
    assert found.startswith("nvidia-smi does not answer: ")


def test_a_driver_that_hangs_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(twinstack_observers, "PATIENCE", 0.1)
    (found,) = gpus(monkeypatch, tmp_path, "exec sleep 30")
    assert "timed out" in found
