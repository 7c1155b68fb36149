"""Disruptive changes under the real engine: previews say who is drained, and no more are than may be at a time."""

from __future__ import annotations

import pytest

from tests.provider.engine import Engine
from tests.provider.sites import site

pytestmark = pytest.mark.pulumi

CALM = {"base": "two\n"}


def drained(engine: Engine) -> list[str]:
    return [call for call in engine.calls() if " drain " in call or " lift " in call]


def test_disturbed_hosts_are_drained_in_waves_and_calm_changes_drain_nobody(engine: Engine) -> None:
    wanted = {"controllers": {"slurm": "ctl1"}, "drain": ["slurm-compute"]}

    def declare(**texts: str) -> None:
        found = site(3, exporters=0, **texts) | wanted
        for host in found["hosts"].values():
            host["max_unavailable"] = 2
        engine.declare(found | {"hosts": {"ctl1": {"roles": ["base"], "pool": ""}, **found["hosts"]}})

    declare()
    engine.succeed("up")
    assert drained(engine) == []

    declare(**CALM)
    assert "drained" not in engine.succeed("preview", "--diff")
    engine.succeed("up")
    assert drained(engine) == []

    declare(**CALM, slurm="late\n")
    shown = engine.succeed("preview", "--diff")
    assert shown.count("is drained in Slurm for slurm-compute: /etc/slurm.conf") == 3
    assert "pool batch: 3 host(s) disturbed, at most 2 at a time: 2 wave(s)" in shown
    assert drained(engine) == []
    before = engine.runs()
    engine.succeed("up")
    assert len(engine.runs() - before) == 2
    calls = drained(engine)
    assert len(calls) == 4
    assert {call.split()[0] for call in calls} == {"ctl1"}
    assert sorted(len(call.split()[2:]) for call in calls if " drain " in call) == [1, 2]
