"""The real slurmctld loads the rendered files of every inventory, and counts the nodes that were planned.

What is wrong it refuses, and so does slurmdbd: by the tasks that place the files, which leave the old ones then.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.alone import Alone, placing, whole
from tests.sandbox.slurm_loads import HOST, INVENTORIES, assert_loads, planned
from tests.sandbox.world import ROOT, World
from twinstack.rendering import render

pytestmark = pytest.mark.sandbox

RELEASE = "22.05"
"""The daemon's own: `test_slurm_roots.py` has others read what is rendered for them."""
SITE = Path(__file__).parent / "roots" / "site.yaml"
"""It has every file: two racks, GPUs, a job_submit script, accounting."""
CONTROLLER, ACCOUNTING = "slurm-controller", "slurm-accounting"
# By file what is added to it, and what slurmctld or slurmdbd says of that.
WRONG = {
    "slurm.conf": [
        ("SelectTyp=select/cons_tres", "unrecognized key: SelectTyp"),
        ("EnforcePartLimits=SOMETIMES", "Bad EnforcePartLimits: SOMETIMES"),
        ("PartitionName=night Nodes=nobody", "Invalid node names in partition night"),
        # It would start, and do without.
        ("MaxArraySize=5000001", "MaxArraySize value (5000001) is greater than"),
    ],
    "gres.conf": [("NodNam=gpu1 Name=gpu", "unrecognized key: NodNam")],
    "topology.conf": [
        ("SwitchName=far Nodes=nobody", "Invalid hostnames in switch configuration: nobody"),
        ("SwitchName=far Switches=nowhere", "invalid child (nowhere)"),
    ],
    "cgroup.conf": [
        ("ConstrainCors=yes", "unrecognized key: ConstrainCors"),
        ("MaxRAMPercent=most", "MaxRAMPercent value (most) is not a valid number"),
    ],
    "job_submit.lua": [
        ("slurm_job_modify = nil", "missing required function slurm_job_modify"),
        ("function (", "job_submit.lua:"),
    ],
    "slurmdbd.conf": [
        ("DbdPart=6819", "unrecognized key: DbdPart"),
        ("PurgeJobAfter=24foo", 'Bad value \\"24foo\\" for PurgeJobAfter'),
    ],
}
# The task by which a role has its files judged.
CHECK = {CONTROLLER: {"slurmctld_check": {"role": CONTROLLER}}, ACCOUNTING: {"slurmdbd_check": {"role": ACCOUNTING}}}
# What 22.05 takes without a word: the READMEs of the two roles say so.
TAKEN = [
    ("slurm.conf", "AuthType=", "MCSPlugin=mcs/nobody\nAuthType="),
    ("gres.conf", "File=/dev/nvidia[0-1]", "Count=many"),
    ("gres.conf", "File=/dev/nvidia[0-1]", "File=/dev/nowhere Cores=900"),
    ("gres.conf", "NodeName=gpu1", "NodeName=nobody"),
    ("cgroup.conf", "CgroupPlugin=autodetect", "CgroupPlugin=cgroup/v9"),
    ("slurmdbd.conf", "DbdHost=", "PrivateData=all\nDbdHost="),
    ("slurmdbd.conf", "DbdHost=", "MaxQueryTimeRange=ever\nDbdHost="),
]


@pytest.fixture(scope="module")
def host() -> Iterator[World]:
    world = World("loads")
    racked = world.sandbox("rack", "--hosts", HOST, "--no-kubernetes")
    assert racked.code == 0, racked.output
    world.on(
        HOST, "sh", "-c", "umask 077; head -c 128 /dev/urandom >/etc/munge/munge.key; chown munge: /etc/munge/munge.key"
    )
    world.on(HOST, "systemctl", "start", "munge")
    yield world
    world.sandbox("unrack")


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_slurmctld_loads_it_with_every_node(path: Path, host: World) -> None:
    def run(script: str, stdin: bytes) -> str:
        argv = host.command("sandbox", "exec", "--name", host.name, "--host", HOST, "--", "sh", "-c", script)
        done = subprocess.run(argv, input=stdin, capture_output=True, timeout=200, cwd=ROOT, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    assert_loads(run, planned(path, RELEASE))


@pytest.fixture(scope="module")
def alone(host: World, tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """The host with the files as rendered, placed by the roles' own tasks."""
    alone = Alone(host, HOST, render(planned(SITE, RELEASE)), tmp_path_factory.mktemp("alone"))
    for role, tasks in {CONTROLLER: [whole(CONTROLLER)], ACCOUNTING: [CHECK[ACCOUNTING], placing(ACCOUNTING)]}.items():
        done = alone.play(role, {}, *tasks)
        assert done.code == 0, done.output
    assert alone.placed().keys() >= WRONG.keys()
    return alone


def role_of(name: str) -> str:
    return ACCOUNTING if name == "slurmdbd.conf" else CONTROLLER


@pytest.mark.parametrize(("name", "line", "says"), [(name, *each) for name, cases in WRONG.items() for each in cases])
def test_what_is_wrong_is_refused_and_the_old_file_stays(name: str, line: str, says: str, alone: Alone) -> None:
    before, role = alone.placed(), role_of(name)
    done = alone.play(role, {name: f"{alone.texts[name]}{line}\n"}, whole(role))
    assert done.code != 0, done.output
    assert "refuses the new configuration" in done.output
    assert says in done.output
    assert alone.placed() == before


@pytest.mark.parametrize(("name", "right", "wrong"), TAKEN)
def test_what_they_say_nothing_of_is_known(name: str, right: str, wrong: str, alone: Alone) -> None:
    role = role_of(name)
    assert right in alone.texts[name]
    done = alone.play(role, {name: alone.texts[name].replace(right, wrong)}, CHECK[role])
    assert done.code == 0, done.output
