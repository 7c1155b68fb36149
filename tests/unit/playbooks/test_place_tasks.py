from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

TASKS = Path(__file__).resolve().parents[3] / "playbooks" / "roles" / "place" / "tasks" / "packages.yml"


def tasks(module: str) -> list[dict[str, Any]]:
    return [task for task in yaml.safe_load(TASKS.read_text()) if module in task]


def test_no_package_starts_or_restarts_a_daemon_whose_turn_has_not_come() -> None:
    (apt,), (dnf,) = tasks("ansible.builtin.apt"), tasks("ansible.builtin.dnf")
    assert apt["ansible.builtin.apt"]["policy_rc_d"] == 101
    assert dnf["environment"] == {"SYSTEMD_OFFLINE": "1"}


def test_systemd_reads_what_the_scripts_of_packages_could_not_tell_it() -> None:
    (dnf,), (read,) = tasks("ansible.builtin.dnf"), tasks("ansible.builtin.systemd")
    assert read["ansible.builtin.systemd"] == {"daemon_reload": True}
    assert read["when"] == dnf["when"]
