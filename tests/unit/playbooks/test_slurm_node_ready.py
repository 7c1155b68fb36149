from __future__ import annotations

from typing import Any

import pytest

from playbooks.plugins.modules import slurm_node_ready
from playbooks.plugins.modules.slurm_node_ready import parse


def record(state: str, reason: str = "") -> str:
    told = f" Reason={reason} [root@2026-01-01T00:00:00]" if reason else ""
    return f"NodeName=n1 CPUTot=2 State={state} ThreadsPerCore=1{told}\n"


@pytest.mark.parametrize("state", ["IDLE", "MIXED", "ALLOCATED", "IDLE+DRAIN", "MIXED+PLANNED", "IDLE+COMPLETING"])
def test_in_service(state: str) -> None:
    assert parse(record(state)).in_service


@pytest.mark.parametrize("state", ["DOWN", "UNKNOWN", "UNKNOWN+NOT_RESPONDING", "IDLE*", "DOWN*+DRAIN", "FUTURE"])
def test_not_yet_in_service(state: str) -> None:
    node = parse(record(state))
    assert not node.in_service
    assert not node.refused


def test_refused_with_the_reason() -> None:
    node = parse(record("IDLE+DRAIN+INVALID_REG", "Low RealMemory"))
    assert node.refused
    assert not node.in_service
    assert node.reason == "Low RealMemory"


def test_no_answer_is_no_service() -> None:
    assert not parse("").in_service


class Failure(Exception):  # noqa: N818
    pass


class FakeModule:
    """Gives one answer after the other, the last for ever."""

    def __init__(self, *answers: tuple[int, str, str], deadline: int = 5) -> None:
        self.params: dict[str, Any] = {"node": "n1", "unit": "slurmd.service", "deadline": deadline}
        self.answers = list(answers)
        self.asked = 0

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        if command[0] == "journalctl":
            return 0, "slurmd: last words", ""
        assert command == ["scontrol", "--oneliner", "show", "node", "n1"]
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def fail_json(self, msg: str) -> None:
        raise Failure(msg)


def test_waits_until_the_node_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm_node_ready, "PAUSE", 0)
    module = FakeModule((1, "", "no configuration yet"), (0, record("UNKNOWN"), ""), (0, record("IDLE"), ""))
    assert slurm_node_ready.await_node(module).in_service
    assert module.asked == 3


def test_a_refused_node_is_not_waited_for() -> None:
    module = FakeModule((0, record("IDLE+INVALID_REG", "Low CPUs"), ""))
    assert slurm_node_ready.await_node(module).refused
    assert module.asked == 1


def test_a_late_node_fails_with_all_that_is_known() -> None:
    module = FakeModule((0, record("DOWN*", "Not responding"), ""), deadline=0)
    with pytest.raises(Failure, match=r"(?s)not in service after 0 s.*Not responding.*last words"):
        slurm_node_ready.await_node(module)
