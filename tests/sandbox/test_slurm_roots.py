"""Releases of Slurm that the sandbox's machines do not have: their daemons read what is rendered for them, and run it.

Needs root directories that have them: `slurm_roots.py` says how they are made, and named to these tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from playbooks.plugins.modules import slurmdbd_check
from tests.sandbox import slurm_roots
from tests.sandbox.rooted import Rooted, rack
from tests.sandbox.rooted_site import database, eventually, munge, stand, start
from tests.sandbox.slurm_loads import HOST, INVENTORIES, assert_loads, files, loaded, planned
from twinstack.rendering import render
from twinstack.sandbox import cgroups

SITE = Path(__file__).parent / "roots" / "site.yaml"
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(not slurm_roots.ROOTS, reason=f"{slurm_roots.VARIABLE} names no root directories"),
    pytest.mark.skipif(cgroups.discover().unified, reason="only systemd may give slurmd its control groups here"),
]

# slurmdbd in a network of its own, until it has judged the text on its standard input.
JUDGE = f"""
set -eu
rm -rf /run/judge; mkdir /run/judge; cd /run/judge; umask 077; cat >slurmdbd.conf
printf 'ClusterName=check\\nSlurmctldHost=localhost\\nNodeName=none\\n' >slurm.conf
chown -R slurm .
exec unshare --net sh -euc '
  ip link set lo up
  SLURM_CONF=/run/judge/slurm.conf timeout 30 slurmdbd -D >log 2>&1 & daemon=$!
  until grep -q "{slurmdbd_check.READY}" log || ! kill -0 $daemon; do sleep 0.2; done
  ! kill -0 $daemon || kill $daemon
  cat log
'
"""
# What daemons call errors: at a first start, without mail, MPI library or rights over control groups, with Debian's
# plugstack.conf, on a small machine; an srun that was done before it was told so; a file that slurmctld writes only
# where it is not started with --systemd; a slurmctld that is not up yet; of 22.05, a login host without hardware.
HARMLESS = re.compile(
    r"MailProg|state file|state save file|No fed_mgr|glob parsing|\"Include\" failed|find assoc 1|SRUN_JOB_COMPLETE"
    r"|not recommended values: innodb_buffer_pool_size|gettimeofday|Cannot find slurmd \w+ cgroup|/run/slurmctld\.pid"
    r"|mpi/pmix|MPI: |Node configuration differs from hardware|update cluster: Connection refused"
)
# bash: there is no curl.
ASKS = r"""
exec 3<>/dev/tcp/127.0.0.1/6820
printf "%s\r\n" "GET $1 HTTP/1.1" "Host: x" "Connection: close" "X-SLURM-USER-NAME: ana" "X-SLURM-USER-TOKEN: $2" "" >&3
timeout 10 cat <&3
"""
# Devices of GPUs in a /dev of the host's own.
GPUS = """
mount -t tmpfs -o mode=755 dev /dev
mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/zero c 1 5; mknod -m 666 /dev/urandom c 1 9; mkdir /dev/shm
for gpu in 0 1; do mknod -m 666 /dev/nvidia$gpu c 195 $gpu; done
"""
LIMIT = """
group=$(sed -n "s|.*:memory:.*/machine||p" /proc/self/cgroup)
cat /sys/fs/cgroup/memory${group%/*}/memory.limit_in_bytes
"""


@pytest.fixture(scope="module", params=slurm_roots.ROOTS, ids=lambda root: root.name)
def root(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def release(root: Path) -> str:
    return slurm_roots.release(root)


@pytest.fixture(scope="module")
def host(root: Path) -> Iterator[Rooted]:
    with rack() as made:
        host = made.add(root, HOST, "10.77.0.11")
        munge(host)
        yield host


@pytest.fixture(scope="module")
def site(root: Path, release: str) -> Iterator[dict[str, Rooted]]:
    with rack() as made:
        hosts = stand(made, root, planned(SITE, release))
        controller = hosts["ctl1"]
        database(controller)
        start(controller, "slurmdbd")
        eventually(controller, "root", "sacctmgr", "-nP", "show", "user")
        controller.on("sacctmgr", "-i", "create", "qos", "urgent")
        start(controller, "slurmctld")
        eventually(controller, "UP", "scontrol", "ping")
        for words in ("account climate", "user ana account=climate"):
            controller.on("sacctmgr", "-i", "add", *words.split())
        start(controller, "slurmrestd")
        hosts["gpu1"].on("sh", "-euc", GPUS)
        for name in ("cpu1", "gpu1"):
            start(hosts[name], "slurmd")
        start(hosts["login1"], "sackd" if Path(root, "usr/sbin/sackd").exists() else "slurmd")
        eventually(controller, "2 idle", "sinfo", "-h", "-o", "%D %t", "-p", "batch")
        yield hosts


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_slurmctld_loads_it_with_every_node(path: Path, host: Rooted, release: str) -> None:
    assert_loads(host.run, planned(path, release))


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("slurm.conf", "Nodes=cpu1,gpu1", "Nodes=nobody"),
        ("slurm.conf", "SelectType=", "SelectTyp="),
        ("cgroup.conf", "ConstrainCores=yes", "ConstrainCores=maybe"),
        ("job_submit.lua", "slurm_job_modify", "slurm_other"),
    ],
)
def test_what_is_wrong_is_refused_in_slurmctlds_words(
    name: str, right: str, wrong: str, host: Rooted, release: str
) -> None:
    texts = files(planned(SITE, release))
    assert right in texts[name]
    found = loaded(host.run, {**texts, name: texts[name].replace(right, wrong)})
    about = right if name == "job_submit.lua" else wrong
    assert any(about.strip("=").rpartition("=")[2].lower() in error.lower() for error in found.errors), found


@pytest.mark.parametrize(("more", "says"), [("", None), ("PurgeJobAfter=24foo\n", "24foo"), ("DbdPart=1\n", "DbdPart")])
def test_slurmdbd_judges_its_file(more: str, says: str | None, host: Rooted, release: str) -> None:
    text = render(planned(SITE, release)).artefacts["slurm/slurmdbd-ctl1.conf"].text
    said = host.run(JUDGE, (slurmdbd_check.rewritten(text, Path("/run/judge")) + more).encode())
    found = slurmdbd_check.objections(said.splitlines())
    assert any(says in each for each in found) if says else found == []


def test_a_job_from_the_login_host_keeps_to_its_core_and_memory(site: dict[str, Rooted]) -> None:
    words = ("srun", "--quiet", "--time=1", "--ntasks=1", "--nodelist=cpu1", "sh", "-c")
    assert "Cpus_allowed_list:\t0\n" in site["login1"].on(*words, "grep list /proc/self/status", user="ana")
    assert site["login1"].on(*words, LIMIT, user="ana").strip() == str(768 << 20)
    assert site["login1"].on(*words, "echo $FROM_TASK_PROLOG", user="ana").strip() == "ana"
    assert "epilog 1 root" in eventually(site["cpu1"], "epilog 1", "cat", "/var/log/hooks.log")
    assert "prolog 1 root" in site["cpu1"].on("cat", "/var/log/hooks.log")
    assert "controller 1 slurm" in site["ctl1"].on("cat", "/var/log/slurm/hooks.log")
    assert "COMPLETED" in eventually(site["ctl1"], "COMPLETED", "sacct", "-anX", "-j", "1", "-o", "state")


def test_a_job_reaches_the_gpu_that_it_was_given_and_no_other(site: dict[str, Rooted]) -> None:
    words = ("srun", "--quiet", "--time=1", "--ntasks=1", "--gpus=1", "sh", "-c")
    tries = "echo $SLURMD_NODENAME $CUDA_VISIBLE_DEVICES; cat /dev/nvidia0 /dev/nvidia1 2>&1 || true"
    said = site["login1"].on(*words, tries, user="ana").splitlines()
    # Behind the first there is no driver here; the second is not for this job.
    assert said == [
        "gpu1 0",
        "cat: /dev/nvidia0: No such device or address",
        "cat: /dev/nvidia1: Operation not permitted",
    ]


def test_a_submission_is_refused_by_the_script(site: dict[str, Rooted]) -> None:
    done = site["login1"].tried("sbatch", "--comment=refuse", "--wrap=true", user="ana")
    assert "refused by job_submit.lua" in done.stdout


def test_a_reconfiguration_reaches_every_host(site: dict[str, Rooted]) -> None:
    site["ctl1"].on("sh", "-c", "echo MaxArraySize=77 >>/etc/slurm/slurm.conf; scontrol reconfigure")
    for host in site.values():
        eventually(host, "= 77", "sh", "-c", "scontrol show config | grep MaxArraySize")
    eventually(site["ctl1"], "2 idle", "sinfo", "-h", "-o", "%D %t", "-p", "batch")
    assert "MaxArraySize=77" in site["login1"].on("sh", "-c", "cat /run/slurm/conf/slurm.conf")


def test_no_daemon_complains(site: dict[str, Rooted]) -> None:
    said = {
        f"{name}: {line}"
        for name, host in site.items()
        for line in host.on("sh", "-c", "cat /tmp/slurm*.log /tmp/sackd.log 2>/dev/null || true").splitlines()
        if re.search(r"(error|fatal): |deprecated|defunct", line) and not HARMLESS.search(line)
    }
    old = {line for line in said if "cgroup/v1 plugin is deprecated" in line}
    assert said - old == set()


def test_slurmrestd_answers_those_with_a_token_only(site: dict[str, Rooted]) -> None:
    token = site["ctl1"].on("scontrol", "token", "username=ana").strip().partition("=")[2]
    files = site["ctl1"].on("sh", "-c", "ls /usr/lib/*/slurm-wlm/*_v0_0_*.so")
    path = f"/slurm/{max(re.findall(r'_(v0_0_[0-9]+)', files)).replace('_', '.')}/nodes"
    assert '"cpu1"' in site["ctl1"].on("bash", "-c", ASKS, "bash", path, token)
    assert '"cpu1"' not in site["ctl1"].on("bash", "-c", ASKS, "bash", path, "x")
