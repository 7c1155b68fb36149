"""A secret that is made once, and what happens when it is given instead."""

from __future__ import annotations

import pytest

from tests.provider.engine import SECRET, Engine
from tests.provider.sites import site

pytestmark = pytest.mark.pulumi


def test_a_made_secret_stays_and_a_given_one_takes_its_place(engine: Engine) -> None:
    engine.declare(site(2, exporters=0))
    engine.succeed("up")
    (made,) = {call for call in engine.calls() if call.startswith("cpu1 secret")}
    assert engine.contacted() == {"cpu1", "cpu2"}

    engine.succeed("up")
    assert engine.contacted() == set()

    engine.pulumi("config", "set", "--secret", "munge-key", SECRET)
    shown = engine.succeed("preview", "--diff")
    assert "host cpu1: role munge: secret munge-key" in shown
    assert SECRET not in shown
    assert engine.contacted() == set()

    engine.succeed("up")
    calls = engine.calls()
    assert [call.split()[:2] for call in calls] == [["cpu1", "secret"], ["cpu2", "secret"]]
    assert made not in calls
