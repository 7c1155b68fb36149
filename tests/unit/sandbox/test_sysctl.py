from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.sandbox import sysctl


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    for name, value in {"kernel/panic": "0", "vm/overcommit_memory": "0", "fs/file-max": "9"}.items():
        (tmp_path / "sys" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sys" / name).write_text(f"{value}\n")
    return tmp_path / "sys"


def test_only_what_changed_is_put_back(tmp_path: Path, settings: Path) -> None:
    kept = tmp_path / "kept.json"
    sysctl.keep(kept, settings)
    (settings / "kernel/panic").write_text("10\n")
    assert sysctl.put_back(kept, lambda: False, settings) == ("kernel/panic",)
    assert (settings / "kernel/panic").read_text() == "0"
    assert not kept.exists()


def test_the_settings_before_the_first_sandbox_are_those_that_count(tmp_path: Path, settings: Path) -> None:
    kept = tmp_path / "kept.json"
    sysctl.keep(kept, settings)
    (settings / "kernel/panic").write_text("10\n")
    sysctl.keep(kept, settings)
    assert sysctl.put_back(kept, lambda: True, settings) == ()
    assert (settings / "kernel/panic").read_text() == "10\n"
    assert sysctl.put_back(kept, lambda: False, settings) == ("kernel/panic",)


def test_nothing_kept_nothing_put_back(tmp_path: Path, settings: Path) -> None:
    assert sysctl.put_back(tmp_path / "kept.json", lambda: False, settings) == ()


def test_limits_are_raised_and_never_lowered(settings: Path) -> None:
    for name, value in {"max_user_instances": 128, "max_user_watches": 10**9}.items():
        (settings / "fs/inotify").mkdir(exist_ok=True)
        (settings / "fs/inotify" / name).write_text(f"{value}\n")
    sysctl.raise_limits(settings)
    assert (settings / "fs/inotify/max_user_instances").read_text() == "8192"
    assert (settings / "fs/inotify/max_user_watches").read_text() == "1000000000\n"


def test_every_raised_limit_is_kept() -> None:
    assert set(sysctl.AT_LEAST) <= set(sysctl.SHARED)
