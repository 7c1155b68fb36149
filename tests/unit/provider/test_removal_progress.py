from __future__ import annotations

from tests.unit.provider.fakes import FakeLog, connection
from twinstack.provider.drains import Drain
from twinstack.provider.host_change import HostChange
from twinstack.provider.removal_progress import Progress
from twinstack.provider.runner import BEGUN, Event

LEAVES = HostChange(
    connection("ctl2"),
    ("keep-kubernetes", "leave-kubernetes"),
    {},
    drain=Drain(("kubernetes",), reason="twinstack: removal"),
)


def said(*events: Event) -> list[tuple[str, str, str]]:
    log = FakeLog()
    progress = Progress(log)
    progress.begin([LEAVES, HostChange(connection("stor1"), ("stop",), {})], {"ctl2": "urn:ctl2", "stor1": "urn:stor1"})
    for event in events:
        progress.watch(event)
    return log.said


def test_a_run_tells_of_how_many_hosts_it_is_and_where_its_log_lies() -> None:
    assert said({"event": BEGUN, "log": "/runs/1"}) == [("status", "", "removing 2 host(s), log: /runs/1")]


def test_each_step_is_shown_at_the_hosts_that_take_it() -> None:
    steps = [
        {"event": "playbook_on_play_start", "play": play} for play in ("drain_kubernetes", "keep_kubernetes", "stop")
    ]
    assert said(*steps) == [
        ("status", "urn:ctl2", "is drained in Kubernetes"),
        ("status", "urn:ctl2", "step keep-kubernetes"),
        ("status", "urn:stor1", "step stop"),
    ]


def test_what_holds_a_host_is_shown() -> None:
    waiting = {
        "free": [],
        "waiting": {"ctl2": "pod default/web (its disruption budget does not let it go)"},
        "late": {},
    }
    event = {"event": "runner_on_ok", "play": "drain_kubernetes", "host": "stor1", "result": waiting}
    assert said(event) == [
        (
            "status",
            "urn:ctl2",
            "waits: Kubernetes still runs pod default/web (its disruption budget does not let it go)",
        )
    ]


def test_what_holds_a_host_stays_in_sight_while_others_go_on() -> None:
    waits = {"event": "runner_on_ok", "play": "drain_kubernetes", "host": "ctl2", "result": {"waiting": {"ctl2": "x"}}}
    goes_on = {"event": "playbook_on_play_start", "play": "keep_kubernetes"}
    assert said(waits, goes_on) == [("status", "urn:ctl2", "waits: Kubernetes still runs x")]
    assert said(waits, {"event": BEGUN, "log": "/runs/2"}, goes_on)[-1] == (
        "status",
        "urn:ctl2",
        "step keep-kubernetes",
    )


def test_where_a_backup_lies_is_told_for_good() -> None:
    event = {
        "event": "runner_on_ok",
        "play": "keep_kubernetes",
        "host": "ctl2",
        "result": {"kept": ["/var/backups/a.db"]},
    }
    assert said(event) == [("info", "urn:ctl2", "host ctl2: put by in /var/backups/a.db, on the host itself")]
    assert said({**event, "event": "runner_on_failed"}) == []
