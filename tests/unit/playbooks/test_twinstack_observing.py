from __future__ import annotations

import getpass
import grp
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils.twinstack_observing import (
    Host,
    directories,
    files,
    findings,
    owed,
    packages,
    texts,
    units,
)
from playbooks.plugins.module_utils.twinstack_systemd import State

ME = {"owner": getpass.getuser(), "group": grp.getgrgid(os.getgid()).gr_name}
RUNNING = State("loaded", "active", "running", "enabled", stale=False, kind="notify", since=2.5)
EMPTY: dict[str, Any] = {"packages": [], "directories": [], "files": [], "units": [], "params": {}, "settings": {}}


def placed(path: Path, text: str = "one\n", **settings: Any) -> dict[str, Any]:
    return {"dest": str(path), "mode": "0644", **ME, "sha256": hashlib.sha256(text.encode()).hexdigest(), **settings}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "conf"
    path.write_text("one\n")
    path.chmod(0o644)
    return path


def test_a_file_as_it_was_placed_is_no_finding(path: Path) -> None:
    assert list(files([placed(path)])) == []


def test_a_changed_text_is_told_and_so_is_a_mode(path: Path) -> None:
    path.chmod(0o666)
    assert list(files([placed(path, "two\n")])) == [f"{path} changed", f"{path} has mode 0666, not 0644"]


def test_another_owner_is_told(path: Path) -> None:
    assert list(files([placed(path, owner="nobody")])) == [f"{path} is not owned by nobody:{ME['group']}"]


def test_a_text_that_nobody_knows_is_taken_as_it_is(path: Path) -> None:
    assert list(files([placed(path, sha256=None)])) == []


def test_a_missing_file_and_a_link_in_its_place_are_told(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    gone = tmp_path / "gone"
    assert list(files([placed(gone), placed(link)])) == [f"{gone} missing", f"{link} is not a file"]


def test_a_directory_is_compared_by_its_attributes(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    wanted = [{"dest": str(tmp_path), **ME}, {"dest": str(tmp_path / "gone")}]
    assert list(directories(wanted)) == [f"{tmp_path} has mode 0700, not 0755", f"{tmp_path / 'gone'} missing"]


def test_packages_are_told_when_gone_or_of_another_version() -> None:
    host = Host({"bash": "5.2", "kubeadm": "1.34.0"}, {})
    assert list(packages(["bash", "munge", "kubeadm=1.35.0", "kubelet=1.35.0"], host)) == [
        "package munge removed",
        "package kubeadm is 1.34.0, not 1.35.0",
        "package kubelet removed",
    ]


def test_a_pin_by_the_beginning_of_a_version_is_met_by_any_build_of_it() -> None:
    host = Host({"lustre-client-utils": "2.15.6-1", "lustre-client": "2.15.7-1"}, {})
    assert list(packages(["lustre-client-utils=2.15.6-*", "lustre-client=2.15.6-*"], host)) == [
        "package lustre-client is 2.15.7-1, not 2.15.6-*",
    ]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RUNNING, []),
        (RUNNING._replace(active="inactive"), ["a.service stopped"]),
        (RUNNING._replace(active="failed"), ["a.service failed"]),
        (RUNNING._replace(enabled="disabled"), ["a.service disabled"]),
        (RUNNING._replace(load="not-found", active="inactive"), ["a.service missing"]),
        (RUNNING._replace(load="masked", active="inactive"), ["a.service masked"]),
        (RUNNING._replace(stale=True), ["a.service: its unit files changed since systemd read them"]),
    ],
)
def test_units_are_told_by_what_is_wrong_with_them(state: State, words: list[str]) -> None:
    assert list(units([{"name": "a.service", "started": True}], {"a.service": state})) == words


def test_a_unit_that_is_only_enabled_may_be_stopped() -> None:
    stopped = RUNNING._replace(active="inactive")
    assert list(units([{"name": "a.service", "started": False}], {"a.service": stopped})) == []


def test_a_restart_that_a_killed_run_owes_is_told() -> None:
    assert list(owed({"restart": ["a.service"]})) == ["a.service: a restart is owed"]


def test_a_role_is_its_packages_files_units_and_what_its_observer_sees() -> None:
    role = {**EMPTY, "packages": ["zsh"], "params": {"timezone": "Nowhere/At_all"}}
    assert findings("base", role, Host({}, {})) == ["package zsh removed", "/etc/localtime is not Nowhere/At_all"]


def test_a_live_value_that_somebody_changed_is_told_by_the_role_that_set_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vm").mkdir()
    (tmp_path / "vm/swappiness").write_text("60\n")
    monkeypatch.setattr(sys.modules["ansible.module_utils.twinstack_live"], "SYSCTL", tmp_path)
    role = {**EMPTY, "settings": {"vm.swappiness": "10"}}
    assert findings("tuning", role, Host({}, {})) == ["vm.swappiness is 60, not 10"]


def test_only_changed_texts_that_may_be_seen_are_shown(path: Path, tmp_path: Path) -> None:
    hidden, long = tmp_path / "hidden", tmp_path / "long"
    hidden.write_text("hush\n")
    long.write_text("x" * 70000)
    role = {**EMPTY, "files": [placed(path, shown=True), placed(hidden), placed(long, shown=True)]}
    found = {"a": [f"{path} changed", f"{hidden} changed", f"{long} changed"]}
    assert texts({"a": role}, found) == {str(path): "one\n"}
    assert texts({"a": role}, {"a": []}) == {}
