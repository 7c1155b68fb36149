from __future__ import annotations

import time
from pathlib import Path

import pytest

from playbooks.plugins.module_utils import twinstack_dpkg
from playbooks.plugins.module_utils.twinstack_dpkg import Unfinished, configure, is_cut_off, nothing_started


@pytest.mark.parametrize(
    ("listing", "journal", "cut_off"),
    [
        ("ii \nrc \nun \nhi \n", [], False),
        ("ii \niF \n", [], True),
        ("iU \n", [], True),
        ("ii \n", ["tmp.i"], False),
        ("ii \n", ["0001"], True),
    ],
)
def test_dpkg_was_cut_off_when_it_left_work_half_done(listing: str, journal: list[str], cut_off: bool) -> None:  # noqa: FBT001
    assert is_cut_off(listing, journal) is cut_off


def dpkg(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    calls = folder / "calls"
    (folder / "dpkg").write_text(f'#!/bin/sh\necho "$@" >> {calls}\n{script}\n')
    (folder / "dpkg").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(twinstack_dpkg, "INTERVAL", 0.01)
    return calls


def test_dpkg_is_waited_for_while_another_installer_holds_its_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = f'test $(wc -l < {tmp_path}/calls) -gt 2 || {{ echo "frontend lock is locked" >&2; exit 2; }}'
    calls = dpkg(tmp_path, busy, monkeypatch)
    configure(time.monotonic() + 30)
    assert calls.read_text().splitlines() == ["--configure -a --force-confdef --force-confold"] * 3


def test_dpkg_refusing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = dpkg(tmp_path, "echo post-installation script failed >&2; exit 1", monkeypatch)
    with pytest.raises(Unfinished, match=r"(?s)dpkg was interrupted.*script failed"):
        configure(time.monotonic() + 30)
    assert len(calls.read_text().splitlines()) == 1


def test_nothing_is_started_meanwhile_and_a_policy_of_the_machine_stays(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    with nothing_started(policy):
        assert "exit 101" in policy.read_text()
    assert not policy.exists()
    policy.write_text("its own")
    with nothing_started(policy):
        assert policy.read_text() == "its own"
    assert policy.read_text() == "its own"
