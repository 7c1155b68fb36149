from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_unit_steps
from playbooks.plugins.module_utils.twinstack_systemd import State, parse, runs_replaced_program
from playbooks.plugins.module_utils.twinstack_unit_steps import Failed, Request, actions, is_up

SHOWN = """\
Type=simple
Id=a.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
NeedDaemonReload=no
ActiveEnterTimestampMonotonic=2500000

Id=home.mount
LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=
NeedDaemonReload=yes
"""

RUNNING = State("loaded", "active", "running", "enabled", stale=False, kind="simple", since=2.5)
STOPPED = RUNNING._replace(active="inactive", sub="dead")
DISABLED = STOPPED._replace(enabled="disabled")
OUTDATED = RUNNING._replace(outdated=True)
FAILED = RUNNING._replace(active="failed", sub="failed")


def test_states_are_read_in_order() -> None:
    assert parse(SHOWN) == [RUNNING, State("not-found", "inactive", "dead", "", stale=True, kind="", since=0)]


def test_a_program_that_was_replaced_under_its_process_is_outdated(tmp_path: Path) -> None:
    for pid, program in (("7", "/usr/sbin/slurmd"), ("8", "/usr/sbin/slurmd (deleted)")):
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "exe").symlink_to(program)
    assert [runs_replaced_program(pid, tmp_path) for pid in ("0", "7", "8", "9")] == [False, False, True, False]


@pytest.mark.parametrize(
    ("state", "now", "up"),
    [
        (RUNNING, 3.4, False),
        (RUNNING, 3.6, True),
        (RUNNING._replace(kind="notify"), 2.6, True),
        (RUNNING._replace(kind=""), 2.6, True),
        (RUNNING._replace(active="activating"), 9.0, False),
        (STOPPED, 9.0, False),
        (STOPPED._replace(kind="oneshot"), 9.0, True),
    ],
)
def test_a_service_is_up_when_it_says_so_or_lives_for_a_second(state: State, now: float, up: bool) -> None:  # noqa: FBT001
    assert is_up(state, now) is up


@pytest.mark.parametrize(
    ("state", "started", "restart", "reload", "expected"),
    [
        (RUNNING, True, [], [], []),
        (STOPPED, True, [], [], ["start a"]),
        (DISABLED, True, ["a"], [], ["enable a", "start a"]),
        (DISABLED, False, ["a"], [], ["enable a"]),
        (FAILED, True, [], [], ["reset-failed a", "start a"]),
        (RUNNING, True, ["a"], ["a"], ["restart a"]),
        (RUNNING, False, ["a"], [], ["restart a"]),
        (RUNNING, True, [], ["a"], ["try-reload-or-restart a"]),
        (STOPPED._replace(enabled="static"), True, [], [], ["start a"]),
        (RUNNING, True, ["other"], ["ssh"], ["restart other", "try-reload-or-restart ssh"]),
        (RUNNING, True, ["other"], ["other"], ["restart other"]),
        (OUTDATED, True, [], [], ["restart a"]),
        (OUTDATED, False, [], [], []),
    ],
)
def test_actions(state: State, started: bool, restart: list[str], reload: list[str], expected: list[str]) -> None:  # noqa: FBT001
    found = actions([{"name": "a", "started": started}], {"a": state}, restart, reload)
    assert [" ".join(verb) for verb in found] == expected


Answer = tuple[int, str, str] | list[tuple[int, str, str]]


class FakeModule:
    """Answers systemctl from a script and rejects what it was not told of."""

    def __init__(self, answers: dict[str, Answer], *, check_mode: bool = False, **params: Any) -> None:
        nothing = {"units": [], "restart": [], "reload": [], "daemon_reload": False, "pending": None}
        self.params = nothing | params
        self.check_mode = check_mode
        self.answers = answers
        self.ran: list[str] = []

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        line = " ".join(command)
        self.ran.append(line)
        answer = next(answer for start, answer in self.answers.items() if line.startswith(start))
        return (answer.pop(0) if len(answer) > 1 else answer[0]) if isinstance(answer, list) else answer


def show(active: str = "active", load: str = "loaded", stale: str = "no", sub: str = "running") -> tuple[int, str, str]:
    text = f"Id=a\nLoadState={load}\nActiveState={active}\nSubState={sub}\nUnitFileState=enabled\n"
    return 0, f"{text}NeedDaemonReload={stale}\nType=notify\nActiveEnterTimestampMonotonic=0\n", ""


DONE = (0, "", "")
UNITS = [{"name": "a", "started": True}]


def settle(module: FakeModule) -> list[str]:
    return twinstack_unit_steps.settle(module, Request(**module.params))


def test_what_is_owed_is_struck_off_when_done(tmp_path: Path) -> None:
    pending = tmp_path / "demo.pending.json"
    pending.write_text("{}")
    module = FakeModule(
        {"systemctl show": show(), "systemctl restart a": DONE}, units=UNITS, restart=["a"], pending=str(pending)
    )
    assert settle(module) == ["restart a"]
    assert not pending.exists()


def test_settled_units_cost_one_question() -> None:
    module = FakeModule({"systemctl show": show()}, units=UNITS)
    assert settle(module) == []
    assert len(module.ran) == 1


def test_a_stale_unit_file_reloads_systemd_first() -> None:
    answers: dict[str, Answer] = {
        "systemctl show": [show("inactive", stale="yes"), show("inactive"), show("activating"), show()],
        "systemctl daemon-reload": DONE,
        "systemctl start": DONE,
    }
    assert settle(FakeModule(answers, units=UNITS)) == ["daemon-reload", "start a"]


def test_check_mode_only_asks() -> None:
    module = FakeModule({"systemctl show": show("inactive", load="not-found")}, units=UNITS, check_mode=True)
    assert settle(module) == ["start a"]


def test_a_failure_carries_the_journal_and_stays_owed(tmp_path: Path) -> None:
    pending = tmp_path / "demo.pending.json"
    pending.write_text("{}")
    answers: dict[str, Answer] = {
        "systemctl show": show("inactive"),
        "systemctl start a": (1, "", "Job for a failed"),
        "journalctl --unit a": (0, "fatal: no such partition\n", ""),
    }
    with pytest.raises(Failed, match=r"systemctl start a failed: Job for a failed\nfatal: no such partition"):
        settle(FakeModule(answers, units=UNITS, pending=str(pending)))
    assert pending.exists()


@pytest.mark.parametrize("load", ["not-found", "masked"])
def test_units_that_cannot_start_are_named_before_anything_is_done(load: str) -> None:
    with pytest.raises(Failed, match=f"a is {load}"):
        settle(FakeModule({"systemctl show": show("inactive", load)}, units=UNITS))


def test_a_service_that_ends_right_after_its_start_fails_with_its_journal() -> None:
    answers: dict[str, Answer] = {
        "systemctl show": [show("inactive"), show("activating"), show("activating", sub="auto-restart")],
        "systemctl start a": DONE,
        "journalctl --unit a": (0, "unknown option --bogus\n", ""),
    }
    with pytest.raises(Failed, match=r"a is activating \(auto-restart\) after its start\nunknown option --bogus"):
        settle(FakeModule(answers, units=UNITS))


def test_a_service_that_never_gets_up_fails_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twinstack_unit_steps, "DEADLINE", 0.0)
    answers: dict[str, Answer] = {
        "systemctl show": [show("inactive"), show("activating", sub="start-pre")],
        "systemctl start a": DONE,
        "journalctl --unit a": (0, "", ""),
    }
    with pytest.raises(Failed, match=r"a is activating \(start-pre\) after its start"):
        settle(FakeModule(answers, units=UNITS))
