"""The life of a site under the real engine: created in one run, then only what changed is touched.

The tests tell one story on one stack, in order.
"""

from __future__ import annotations

import hashlib

import pytest

from tests.provider.engine import SECRET, Engine, new_engine
from tests.provider.sites import site

pytestmark = pytest.mark.pulumi

HOSTS = 6
NAMES = {f"cpu{number}" for number in range(1, HOSTS + 1)}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    made = new_engine(tmp_path_factory.mktemp("story"))
    made.pulumi("config", "set", "--secret", "munge-key", SECRET)
    return made


def test_all_hosts_are_created_in_one_run_and_secrets_stay_in_memory(engine: Engine) -> None:
    engine.declare(site(HOSTS))
    engine.succeed("up")
    assert len(engine.runs()) == 1
    assert engine.contacted() == NAMES
    assert {call for call in engine.calls() if call.startswith("cpu2 ")} == {
        "cpu2 apply base",
        "cpu2 apply slurm-compute",
        "cpu2 apply node-exporter",
        f"cpu2 secret {hashlib.sha256(SECRET.encode()).hexdigest()}",
    }
    files = [path for path in engine.folder.rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
    assert any(path.name == "stdout" for path in files)


def test_the_second_up_contacts_nobody_and_starts_nothing(engine: Engine) -> None:
    before = engine.runs()
    engine.succeed("up")
    assert (engine.contacted(), engine.runs()) == (set(), before)


def test_a_preview_names_host_role_and_reason_and_shows_the_text(engine: Engine) -> None:
    engine.declare(site(HOSTS, exporter="port 9200\n"))
    shown = engine.succeed("preview", "--diff")
    assert "- port 9100" in shown
    assert "+ port 9200" in shown
    assert shown.count("~ node-exporter:") == 2
    assert "~ base:" not in shown
    assert "host cpu2: role node-exporter: /etc/exporter.conf (restarts node-exporter.service)" in shown
    assert "host cpu3" not in shown
    assert engine.contacted() == set()


def test_a_changed_artefact_reaches_only_the_hosts_that_use_it(engine: Engine) -> None:
    engine.declare(site(HOSTS, exporter="port 9200\n"))
    engine.succeed("up")
    assert engine.contacted() == {"cpu1", "cpu2"}
    assert engine.calls() == ["cpu1 apply node-exporter", "cpu2 apply node-exporter"]


def test_a_failing_and_an_unreachable_host_fail_alone(engine: Engine) -> None:
    engine.declare(site(HOSTS, exporter="port 9200\n", base="changed\n", slurm="late\n"))
    engine.pretend(down=["cpu5"], broken={"cpu3 apply slurm-compute": "slurmd: fatal: no such thing"})
    shown = engine.fail("up")
    assert 'host cpu3: role slurm-compute: task "Start the daemon"' in shown
    assert "slurmd: fatal: no such thing" in shown
    assert "host cpu5: unreachable (role base)" in shown
    assert "host cpu4" not in shown
    roles = {name: state["roles"] for name, state in engine.host_state().items()}
    assert roles["cpu4"] == roles["cpu6"]
    assert roles["cpu3"] == {role: digest for role, digest in roles["cpu4"].items() if role != "slurm-compute"}
    assert roles["cpu5"]["base"] != roles["cpu4"]["base"]


def test_the_next_up_takes_up_only_what_failed(engine: Engine) -> None:
    engine.pretend()
    engine.contacted(), engine.calls()
    engine.succeed("up")
    assert engine.contacted() == {"cpu3", "cpu5"}
    assert engine.calls() == ["cpu3 apply slurm-compute", "cpu5 apply base", "cpu5 apply slurm-compute"]


def test_a_removed_host_is_drained_and_stopped_and_one_in_maintenance_left_alone(engine: Engine) -> None:
    wanted = site(HOSTS, exporter="port 9300\n", base="changed\n", slurm="late\n")
    wanted["hosts"]["cpu1"]["maintenance"] = True
    wanted["controllers"] = {"slurm": "cpu2"}
    del wanted["hosts"]["cpu6"]
    engine.declare(wanted)
    shown = engine.succeed("up")
    assert "host cpu1 is in maintenance" in shown
    assert engine.contacted() == {"cpu2", "cpu6"}
    assert engine.calls() == [
        "cpu2 apply node-exporter",
        "cpu2 drain cpu1",
        "cpu6 stop slurm-compute.service munge.service",
    ]
