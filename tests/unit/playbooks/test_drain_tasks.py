"""What waits for jobs and pods is not ended by the time limit of tasks that only work (`access.task_timeout`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Template

PLAYBOOKS = Path(__file__).resolve().parents[3] / "playbooks"
MODULES = ("slurm_drain", "kubernetes_drain")
GIVEN = {
    "twinstack_drain_window": 300,
    "twinstack_roles": {"slurm-controller": {"params": {"leaving": {"timeout": 3600}}}},
}


def tasks(path: Path) -> Iterator[dict[str, Any]]:
    """The tasks of a playbook, or of a role's file."""
    for each in yaml.safe_load(path.read_text()):
        yield from each.get("tasks", [each])


WAITING = [
    (f"{path.parent.name}/{path.name}: {task['name']}", task, task[module])
    for path in (PLAYBOOKS / "drain.yml", PLAYBOOKS / "roles" / "slurm_controller" / "tasks" / "main.yml")
    for task in tasks(path)
    for module in MODULES
    if module in task
]


def test_those_that_wait_are_found() -> None:
    assert len(WAITING) == 3


@pytest.mark.parametrize(("task", "arguments"), [each[1:] for each in WAITING], ids=[each[0] for each in WAITING])
def test_a_task_may_take_longer_than_it_waits(task: dict[str, Any], arguments: dict[str, str]) -> None:
    window = int(Template(arguments["window"]).render(GIVEN))
    assert int(Template(task["timeout"]).render(GIVEN)) >= window + 60
