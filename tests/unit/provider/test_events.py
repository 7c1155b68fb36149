from __future__ import annotations

from typing import Any

import pytest

from twinstack.provider.ansible_run import compact
from twinstack.provider.events import Failure, Report, message_of


def event(kind: str, play: str = "base", task: str = "Place", host: str = "cpu1", **data: Any) -> dict[str, Any]:
    """An event as ansible-runner gives it."""
    return {"event": kind, "event_data": {"play_pattern": play, "task": task, "host": host, **data}}


def report(*events: dict[str, Any]) -> Report:
    found = Report()
    for one in events:
        short = compact(one)
        if short is not None:
            found.take(short)
    return found


def stats(**unhappy: dict[str, int]) -> dict[str, Any]:
    return {"event": "playbook_on_stats", "event_data": {"failures": {}, "dark": {}, **unhappy}}


START = event("playbook_on_play_start")


def test_a_run_without_failures_is_finished_and_has_touched_its_hosts() -> None:
    found = report(START, event("runner_on_ok", res={"changed": True}), stats())
    assert found.finished
    assert found.plays == ["base"]
    assert found.touched == {"cpu1": {"base"}}
    assert found.failure("cpu1") is None


def test_what_changed_is_told_by_host_and_group() -> None:
    changed = event("runner_on_ok", play="munge", res={"changed": True})
    found = report(START, event("runner_on_ok", res={"changed": False}), changed, stats())
    assert found.touched == {"cpu1": {"base", "munge"}}
    assert found.changed == {"cpu1": {"munge"}}


def test_a_failure_says_role_task_message_and_the_end_of_the_error_output() -> None:
    result = {"msg": "non-zero return code", "stderr": "\n".join(f"line {n}" for n in range(20))}
    found = report(START, event("runner_on_failed", "slurm_compute", "Start", res=result), stats(failures={"cpu1": 1}))
    failure = found.failure("cpu1")
    assert failure
    shown = failure.told("role")
    assert shown.startswith('role slurm-compute: task "Start": non-zero return code\nline 12\n')
    assert shown.endswith("line 19")


def test_an_unreachable_host_was_not_touched() -> None:
    result = {"msg": "Failed to connect to the host via ssh: No route to host"}
    found = report(START, event("runner_on_unreachable", res=result), stats(dark={"cpu1": 1}))
    assert found.failure("cpu1") == Failure("base", "Place", result["msg"], unreachable=True)
    assert "cpu1" not in found.touched


def test_a_failure_that_is_ignored_or_rescued_is_none() -> None:
    ignored = event("runner_on_failed", ignore_errors=True, res={"msg": "no"})
    rescued = event("runner_on_failed", host="cpu2", res={"msg": "no"})
    found = report(START, ignored, rescued, stats())
    assert found.failure("cpu1") is None
    assert found.failure("cpu2") is None


def test_a_failed_item_says_more_than_its_loop() -> None:
    item = event("runner_item_on_failed", res={"msg": "unit x is not there"})
    loop = event("runner_on_failed", res={"msg": "One or more items failed", "results": []})
    found = report(START, item, loop, stats(failures={"cpu1": 1}))
    assert found.failure("cpu1") == Failure("base", "Place", "unit x is not there")


def test_a_host_with_another_key_than_its_pin_is_refused_with_the_way_out() -> None:
    told = Failure("base", "Ask", "WARNING: ... HAS CHANGED!\nHost key verification failed.", unreachable=True).told(
        "role"
    )
    assert told.startswith("refused (role base): it shows another SSH host key")
    assert "access.host_keys" in told
    assert "pulumi up --replace" in told


def test_a_run_that_was_cut_off_is_not_finished() -> None:
    assert not report(START, event("runner_on_ok", res={})).finished


def test_facts_of_our_modules_are_kept_even_from_a_failed_task() -> None:
    result = {"msg": "refused", "twinstack": {"problems": ["", "refused"]}}
    found = report(START, event("runner_on_failed", res=result), stats(failures={"cpu1": 1}))
    assert found.facts["cpu1"] == [{"problems": ["", "refused"]}]


def test_compact_events_carry_no_arguments() -> None:
    result = {"invocation": {"module_args": {"password": "hush"}}, "diff": {"after": "hush"}, "content": "hush"}
    for kind in ("runner_on_ok", "runner_on_failed", "runner_on_start", "verbose"):
        assert "hush" not in str(compact(event(kind, res=result, task_args="hush")))


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"msg": "bad"}, "bad"),
        ({}, "failed"),
        ({"msg": "bad", "stderr": "bad"}, "bad"),
        ({"msg": "MODULE FAILURE", "module_stderr": "Traceback\nKeyError"}, "MODULE FAILURE\nTraceback\nKeyError"),
        ({"msg": "rc 1", "stderr": "", "stdout": "usage"}, "rc 1\nusage"),
        (
            {"msg": "Task failed: Timed out", "timedout": {"period": 300, "frame": "x"}},
            "not done after 300 s (access.task_timeout and access.install_timeout in the inventory)",
        ),
    ],
)
def test_a_message_is_short_and_says_what_there_is(result: dict[str, object], message: str) -> None:
    assert message_of(result) == message
