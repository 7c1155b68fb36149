"""Slurm moved to another build of its packages in Slurm's order, with a job running and its database dumped before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.damage import UPGRADE
from tests.sandbox.stories import UP, apply, hurt, refresh, told
from tests.sandbox.world import Done, World, forget

pytestmark = pytest.mark.sandbox

HERE = Path(__file__).parent
HOSTS = ("ctl1", "cpu1", "cpu2")
REVISION = "+twinstack1"
REPOSITORY = "/srv/slurm"
BACKUPS = "/var/backups/slurm"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World("upgrade")
    world.sandbox("down")
    racked = world.sandbox("rack", "--site", str(HERE / "upgrade.yaml"), "--no-kubernetes")
    assert racked.code == 0, racked.output
    yield world
    assert world.sandbox("down").code == 0


@pytest.fixture(scope="module")
def version(world: World) -> str:
    """The distribution's version, which runs; each host has a repository of a build that is newer."""
    done = world.pulumi(*UP)
    assert done.code == 0, done.output
    script = (HERE / "repackage.py").read_text()
    for host in HOSTS:
        world.on(host, "python3", "-c", script, REPOSITORY, REVISION)
    return world.on("ctl1", "dpkg-query", "-W", "-f", "${Version}", "slurmctld").strip()


def move(world: World, version: str, naming: str = "distribution") -> Done:
    """Name a version in the inventory, and bring the site there."""
    site = world.instance / "site.yaml"
    text = site.read_text()
    head, found, tail = text.partition("  cluster: upgrade\n")
    assert found
    kept = "".join(line for line in tail.splitlines(keepends=True) if not line.startswith("  packages:"))
    named = f"  packages: {{version: {version}, naming: {naming}, repository: 'file:{REPOSITORY}'}}\n"
    site.write_text(f"{head}{found}{named}{kept}")
    return world.pulumi(*UP)


def started(world: World, host: str, unit: str) -> int:
    """When a unit became active, in microseconds of the machine's monotonic clock, which all hosts share."""
    shown = world.on(host, "systemctl", "show", "--property", "ActiveEnterTimestampMonotonic", "--value", unit)
    return int(shown)


@pytest.fixture(scope="module")
def job(world: World, version: str) -> str:
    assert version
    done = world.on("ctl1", "su", "ana", "-c", "sbatch --parsable -w cpu1 -o /tmp/job.out --wrap 'sleep 240'")
    number = done.split()[-1]
    asked = ("bash", "-c", f"until squeue -h -j {number} -t R -o %i | grep -q .; do :; done")
    world.on("ctl1", "timeout", "60", *asked)
    return number


@pytest.fixture(scope="module")
def moved(world: World, version: str, job: str) -> str:
    assert job
    done = move(world, version + REVISION)
    assert done.code == 0, done.output
    return version + REVISION


SINK = """
import http.server, json
class Push(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open("/run/pushed", "a") as file:
            file.writelines(f"{self.path} {stream['stream']} {stream['values']}\\n" for stream in body["streams"])
        self.send_response(204)
        self.end_headers()
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(("", 3100), Push).serve_forever()
"""


@pytest.mark.usefixtures("version")
def test_figures_of_slurm_come_with_the_machines(world: World) -> None:
    found = world.on("ctl1", "curl", "--silent", "--fail", "http://localhost:9100/metrics")
    assert "\nslurm_up 1\n" in found
    assert '\nslurm_nodes{state="idle"} 2\n' in found
    targets = world.on("ctl1", "cat", "/etc/prometheus/file_sd/twinstack.json")
    assert targets.count(":9100") == len(HOSTS)


@pytest.mark.usefixtures("version")
def test_logs_wait_for_loki_and_nobody_waits_for_them(world: World) -> None:
    for host in HOSTS:
        world.on(host, "logger", "--tag", "probe", f'from {host} with {{{{marks}}}} and "quotes"')
    world.on("ctl1", "systemd-run", "--quiet", "--unit", "loki-sink", "python3", "-c", SINK)
    try:
        asked = "until [ $(grep -c 'from .* with {{marks}} and \"quotes\"' /run/pushed) -ge 3 ]; do sleep 0.5; done"
        world.on("ctl1", "timeout", "60", "bash", "-c", asked)
        pushed = world.on("ctl1", "cat", "/run/pushed").splitlines()
    finally:
        world.on("ctl1", "systemctl", "stop", "loki-sink")
    assert all(line.startswith("/loki/api/v1/push ") for line in pushed)
    assert any("'unit': 'slurmd.service'" in line and "'host': 'cpu1'" in line for line in pushed)


def test_a_jump_that_slurm_does_not_support_touches_nothing(world: World, version: str, job: str) -> None:
    began = {unit: started(world, "ctl1", unit) for unit in ("slurmdbd", "slurmctld")}
    done = move(world, "24.11.5-1", "schedmd")
    assert done.code != 0
    for host in HOSTS:
        assert f"host {host}: role slurm-packages" in done.output
    assert f"Slurm {version} is installed, from which 24.11 cannot take over" in done.output
    assert {unit: started(world, "ctl1", unit) for unit in began} == began
    assert "slurm" not in world.on("ctl1", "find", "/var/backups", "/etc/apt")
    assert world.on("ctl1", "squeue", "-h", "-j", job, "-o", "%T").strip() == "RUNNING"


def test_daemons_move_in_slurms_order(world: World, moved: str) -> None:
    for host in HOSTS:
        form = "${source:Package} ${Version}\n"
        lines = world.on(host, "dpkg-query", "-W", "-f", form).splitlines()
        assert {line.split()[1] for line in lines if line.startswith("slurm-wlm ")} == {moved}
    order = [started(world, "ctl1", "slurmdbd"), started(world, "ctl1", "slurmctld")]
    nodes = [started(world, host, "slurmd") for host in ("cpu1", "cpu2")]
    assert order[0] < order[1] < min(nodes)


def test_a_job_runs_through_the_upgrade_of_its_controller(world: World, moved: str, job: str) -> None:
    assert moved
    asked = ("sacct", "-j", job, "-X", "-n", "-P", "-o", "state,exitcode,start,end", "-S", "2020-01-01")
    world.on("ctl1", "timeout", "300", "bash", "-c", f"until {' '.join(asked)} | grep -qv -E 'RUN|Unknown'; do :; done")
    state, code, begin, end = world.on("ctl1", *asked).strip().split("|")
    assert (state, code) == ("COMPLETED", "0:0")
    form = 'date -d "$(systemctl show --property ActiveEnterTimestamp --value slurmctld)" +%Y-%m-%dT%H:%M:%S'
    assert begin < world.on("ctl1", "bash", "-c", form).strip() < end


def test_database_and_state_were_kept_before(world: World, moved: str) -> None:
    before = moved.removesuffix(REVISION)
    listed = world.on("ctl1", "find", BACKUPS, "-type", "f", "-printf", "%f %m %u\n").splitlines()
    assert sorted(line.split("-")[0] for line in listed) == ["slurm_acct_db", "slurmctld"]
    assert all(before in line and line.endswith(" 600 root") for line in listed)
    end = world.on("ctl1", "bash", "-c", f"zcat {BACKUPS}/slurm_acct_db-*.sql.gz | tail -1")
    assert end.startswith("-- Dump completed")
    assert "job_state" in world.on("ctl1", "bash", "-c", f"tar tzf {BACKUPS}/slurmctld-state-*.tar.gz")


def test_every_role_applied_again_changes_nothing(world: World, moved: str, tmp_path: Path) -> None:
    assert moved
    forget(world, tmp_path)
    assert apply(world) == set()


def test_a_damaged_pin_is_found_and_put_back(world: World, moved: str) -> None:
    assert moved
    hurt(world, UPGRADE)
    refresh(world)
    ((role, case),) = UPGRADE.items()
    assert case.found in told(world, case.host, role)
    assert apply(world) == {(case.host, role)}


def test_an_upgrade_of_the_system_leaves_slurm_where_it_is(world: World, moved: str) -> None:
    world.on("cpu1", "python3", "-c", (HERE / "repackage.py").read_text(), REPOSITORY, "+later")
    world.on("cpu1", "apt-get", "update", "-q")
    assert "slurm" not in world.on("cpu1", "apt-get", "--simulate", "dist-upgrade")
    assert moved in world.on("cpu1", "dpkg-query", "-W", "slurmd")


def test_going_back_is_refused(world: World, moved: str) -> None:
    done = move(world, "22.05.7-1")
    assert done.code != 0
    assert f"Slurm {moved} is installed and 22.05.7-1 is older" in done.output
