"""A refresh under the real engine: one run looks at all hosts, what is found is told, kept and repaired alone."""

from __future__ import annotations

import pytest

from tests.provider.engine import Engine, new_engine
from tests.provider.sites import site

pytestmark = pytest.mark.pulumi

NAMES = {f"cpu{number}" for number in range(1, 6)}
DRAINED = {"flags": ["IDLE", "DRAIN"], "reason": "bad dimm", "by": "root"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    made = new_engine(tmp_path_factory.mktemp("refresh"))
    wanted = site(5, exporters=0)
    wanted["controllers"] = {"slurm": "cpu1"}
    wanted["hosts"]["cpu5"]["maintenance"] = True
    made.declare(wanted)
    made.succeed("up")
    made.contacted(), made.calls()
    return made


def drift(engine: Engine) -> dict[str, object]:
    return {name: state["drift"] for name, state in engine.host_state().items() if "drift" in state}


def test_a_refresh_looks_at_all_hosts_in_one_run_and_asks_the_scheduler_once(engine: Engine) -> None:
    before = engine.runs()
    assert "not observed" not in engine.succeed("refresh")
    assert len(engine.runs() - before) == 1
    assert engine.contacted() == NAMES - {"cpu5"}
    assert engine.calls() == ["cpu1 observe slurm of 4", "cpu2 observe", "cpu3 observe", "cpu4 observe"]
    assert drift(engine) == {}


def test_what_is_found_is_told_and_kept_and_what_cannot_be_seen_stays(engine: Engine) -> None:
    engine.pretend(down=["cpu4"], found={"cpu2": {"munge": ["munge.service stopped"]}, "slurm": {"cpu3": DRAINED}})
    shown = engine.succeed("refresh")
    assert "host cpu2: role munge: munge.service stopped" in shown
    assert "warning: host cpu3: node drained: bad dimm (by root)" in shown
    assert "warning: host cpu4: not observed, its state stays as it was: unreachable" in shown
    assert "host cpu5 is in maintenance" in shown
    assert drift(engine) == {"cpu2": {"munge": {"found": ["munge.service stopped"]}}}
    assert "base" in engine.host_state()["cpu4"]["roles"]


def test_a_preview_names_it_and_up_repairs_it_alone(engine: Engine) -> None:
    engine.contacted(), engine.calls()
    shown = engine.succeed("preview", "--diff")
    assert "host cpu2: role munge: munge.service stopped" in shown
    assert "host cpu3" not in shown
    engine.succeed("up")
    assert engine.contacted() == {"cpu2"}
    assert [call.split()[1] for call in engine.calls()] == ["secret"]
    assert drift(engine) == {}


def test_up_and_preview_can_look_first(engine: Engine) -> None:
    engine.pretend(found={"cpu3": {"base": ["/etc/base.conf changed"]}})
    assert "role base: /etc/base.conf changed" in engine.succeed("preview", "--refresh", "--diff")
    engine.calls()
    engine.succeed("up", "--refresh")
    assert "cpu3 apply base" in engine.calls()
    engine.pretend()
    engine.succeed("refresh")
    assert drift(engine) == {}
