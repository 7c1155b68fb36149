"""Nothing that runs jobs or pods is disturbed without a drain: four hosts of a site of their own, in one story."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from tests.sandbox.world import Done, World

pytestmark = pytest.mark.sandbox

SITE = Path(__file__).parent / "sites" / "drains.yaml"
CHANGED = "twinstack: change of slurm-compute"
TASK = 60
"""`access.task_timeout` of the site, in seconds: a job may take longer than any task."""
PODS = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "kept"},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": {"app": "kept"}},
                "template": {
                    "metadata": {"labels": {"app": "kept"}},
                    "spec": {
                        "terminationGracePeriodSeconds": 0,
                        "containers": [{"name": "pause", "image": "registry.k8s.io/pause:3.10.1"}],
                    },
                },
            },
        },
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": "kept"},
            "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "kept"}}},
        },
    ],
}

UNITS = ("is-enabled", "is-active")
ENDED = ("disabled", "inactive")
MOVED = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "moved"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "moved"}},
        "template": {
            "metadata": {"labels": {"app": "moved"}},
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "nodeSelector": {"kubernetes.io/hostname": "flex1"},
                "containers": [
                    {
                        "name": "pause",
                        "image": "registry.k8s.io/pause:3.10.1",
                        "volumeMounts": [{"name": "memory", "mountPath": "/memory"}],
                    }
                ],
                "volumes": [{"name": "memory", "emptyDir": {"medium": "Memory"}}],
            },
        },
    },
}
"""A pod with a mount below the kubelet's folder, on the host that moves."""


class Drained(World):
    """The sandbox of this story."""

    def kubectl(self, *words: str) -> str:
        return self.on("ctl1", "kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", *words)

    def create(self, document: dict[str, object]) -> None:
        given = f"echo '{json.dumps(document)}' | kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f -"
        self.on("ctl1", "sh", "-c", given)

    def units(self, host: str, *names: str) -> dict[str, tuple[str, str]]:
        """Whether units are enabled and whether they run, by name."""
        asked = [self.sandbox("exec", "--host", host, "--", "systemctl", verb, *names) for verb in UNITS]
        return dict(zip(names, zip(*(done.output.split() for done in asked), strict=True), strict=True))

    def traces(self, gone: str, *hosts: str) -> list[str]:
        """Files of other hosts that still name one; /etc/hosts is the sandbox's own, in place of a name service."""
        words = ("grep", "-rlw", "--exclude=hosts", gone, "/etc")
        return [line for host in hosts for line in self.sandbox("exec", "--host", host, "--", *words).output.split()]

    def up(self) -> Done:
        return self.pulumi("up", "--yes", "--skip-preview", "--non-interactive")

    def edit(self, old: str, new: str) -> None:
        site = self.instance / "site.yaml"
        before = site.read_text()
        assert old in before
        site.write_text(before.replace(old, new))

    def node(self, name: str) -> str:
        """State and reason of a node of Slurm."""
        return self.on("ctl1", "sinfo", "--noheader", "--Node", "--nodes", name, "--format", "%T %E").strip()

    def drained_for(self, name: str) -> float:
        """Seconds since a node of Slurm was drained."""
        since = self.on("ctl1", "sinfo", "--noheader", "--nodes", name, "--format", "%H").strip()
        return float(self.on("ctl1", "date", "+%s")) - float(self.on("ctl1", "date", "+%s", "--date", since))

    def submit(self, host: str) -> str:
        """A job that runs until it is let go."""
        script = "until [ -e /tmp/let-go ]; do sleep 0.5; done"
        job = self.on("ctl1", "sbatch", "--parsable", "-w", host, "--chdir", "/tmp", "--wrap", script).strip()
        seen(lambda: self.job(job) == "RUNNING", 60)
        return job

    def job(self, job: str) -> str:
        return self.on("ctl1", "squeue", "--noheader", "--states", "all", "--jobs", job, "--format", "%T").strip()

    def tasks(self, runs: list[Path]) -> list[str]:
        return [line for run in runs for line in self.printed(run) if line.startswith("TASK [")]


@contextmanager
def running(work: Callable[[], Done]) -> Iterator[list[Done]]:
    """Work that goes on beside the block; what came of it is in the list afterwards."""
    result: list[Done] = []
    thread = threading.Thread(target=lambda: result.append(work()), daemon=True)
    thread.start()
    yield result
    thread.join(timeout=600)


def roles_of(run: Path) -> set[str]:
    """Hosts to which a run applied a role; those that are only drained or returned are not contacted."""
    groups = json.loads((run / "inventory.json").read_text())["all"]["children"]
    around = {"reachable", "drain_slurm", "drain_kubernetes", "lift_slurm", "lift_kubernetes"}
    return {host for group, members in groups.items() if group not in around for host in members["hosts"]}


def seen(what: Callable[[], bool], deadline: float) -> None:
    wait = Retrying(
        stop=stop_after_delay(deadline), wait=wait_fixed(0.5), retry=retry_if_result(lambda found: not found)
    )
    assert wait(what)


@pytest.fixture(scope="module")
def world() -> Iterator[Drained]:
    world = Drained("drained")
    world.sandbox("down")
    racked = world.sandbox("rack", "--site", str(SITE))
    assert racked.code == 0, racked.output
    done = world.up()
    assert done.code == 0, done.output
    yield world
    assert world.sandbox("down").code == 0


def test_a_label_drains_nobody(world: Drained) -> None:
    runs = world.runs()
    world.edit("tier: one", "tier: two")
    done = world.up()
    assert done.code == 0, done.output
    assert not [task for task in world.tasks([run for run in world.runs() if run not in runs]) if "rain" in task]
    assert world.kubectl("get", "node", "both1", "-o", "jsonpath={.metadata.labels.tier}{.spec.unschedulable}") == "two"


def test_a_change_waits_for_the_job_and_the_budget_and_leaves_drains_of_others(world: Drained) -> None:
    world.on("ctl1", "scontrol", "update", "nodename=cpu2", "state=drain", "reason=bad fan")
    world.create(PODS)
    world.kubectl("wait", "--for=condition=Available", "deployment/kept", "--timeout=60s")
    job = world.submit("cpu1")
    world.edit("memory: 2GiB", "memory: 1900MiB")
    preview = world.pulumi("preview", "--non-interactive")
    assert "host cpu1: is drained in Slurm for slurm-compute: /etc/default/slurmd" in preview.output
    assert "host both1: is drained in Kubernetes and Slurm for" in preview.output
    assert "pool batch: 2 host(s) disturbed, at most 2 at a time: 1 wave(s)" in preview.output

    began = world.on("cpu1", "systemctl", "show", "--property", "ActiveEnterTimestamp", "slurmd")
    with running(world.up) as result:
        seen(lambda: CHANGED in world.node("cpu1"), 180)
        assert world.node("cpu1").startswith("draining")
        assert world.node("cpu2") == "drained bad fan"
        # The free host does not wait for the busy one.
        settings = ("grep", "-q", "RealMemory=13", "/etc/default/slurmd")
        seen(lambda: world.sandbox("exec", "--host", "cpu2", "--", *settings).code == 0, 180)
        seen(lambda: world.drained_for("cpu1") > TASK + 15, 120)
        assert world.job(job) == "RUNNING"
        assert world.on("cpu1", "systemctl", "show", "--property", "ActiveEnterTimestamp", "slurmd") == began
        world.on("cpu1", "touch", "/tmp/let-go")

    (done,) = result
    assert done.code != 0
    assert "host both1: not begun: Kubernetes still runs pod default/kept-" in done.output
    assert "its disruption budget does not let it go" in done.output
    assert "cpu1: not" not in done.output
    assert world.job(job) == "COMPLETED"
    assert world.on("cpu1", "systemctl", "show", "--property", "ActiveEnterTimestamp", "slurmd") != began
    assert world.node("cpu1").split()[0] == "idle"
    assert world.node("cpu2") == "drained bad fan"
    assert world.node("both1").split()[0] == "idle"
    assert world.kubectl("get", "node", "both1", "-o", "jsonpath={.spec.unschedulable}") == ""


def test_a_host_that_was_not_free_is_taken_up_by_the_next_run(world: Drained) -> None:
    world.on("ctl1", "scontrol", "update", "nodename=cpu2", "state=undrain")
    world.kubectl("delete", "poddisruptionbudget", "kept")
    runs = world.runs()
    done = world.up()
    assert done.code == 0, done.output
    assert set().union(*(world.applied(run) for run in world.runs() if run not in runs)) == {"both1"}
    assert world.node("both1").split()[0] == "idle"
    world.kubectl("wait", "--for=condition=Available", "deployment/kept", "--timeout=60s")


def test_maintenance_drains_both_sides_without_contact(world: Drained) -> None:
    world.edit("name: both1,", "name: both1, maintenance: true,")
    runs = world.runs()
    done = world.up()
    assert done.code == 0, done.output
    assert "host both1 is in maintenance" in done.output
    assert world.node("both1") == "drained twinstack: maintenance"
    reason = "jsonpath={.spec.unschedulable} {.metadata.annotations.twinstack\\.io/drain}"
    assert world.kubectl("get", "node", "both1", "-o", reason) == "true twinstack: maintenance"
    assert "both1" not in set().union(*(roles_of(run) for run in world.runs() if run not in runs))
    world.edit("name: both1, maintenance: true,", "name: both1,")
    assert world.up().code == 0
    assert world.node("both1").split()[0] == "idle"
    assert world.kubectl("get", "node", "both1", "-o", reason).strip() == ""


def test_drains_that_killed_runs_left_are_lifted_after_a_refresh_and_a_persons_stays(world: Drained) -> None:
    world.on("ctl1", "scontrol", "update", "nodename=cpu1", "state=drain", f"reason={CHANGED}")
    world.on("ctl1", "scontrol", "update", "nodename=cpu2", "state=drain", "reason=bad fan")
    world.on("ctl1", "scontrol", "update", "nodename=both1", "state=drain", "reason=twinstack: removal")
    done = world.pulumi("up", "--refresh", "--yes", "--skip-preview", "--non-interactive")
    assert done.code == 0, done.output
    assert world.node("cpu1").split()[0] == "idle"
    assert world.node("both1").split()[0] == "idle"
    assert world.node("cpu2") == "drained bad fan"


def test_hosts_that_are_out_already_leave_less_room_and_hold_nobody_up(world: Drained) -> None:
    assert world.node("cpu2") == "drained bad fan"
    world.edit("memory: 1900MiB", "memory: 1800MiB")
    runs = world.runs()
    assert world.up().code == 0
    # The limit is two: the one that is out goes with a sound one, and both are back or as they were.
    waves = [world.applied(run) & {"cpu1", "cpu2"} for run in world.runs() if run not in runs]
    assert {"cpu1", "cpu2"} in waves
    world.edit("max_unavailable: 2", "max_unavailable: 1")
    world.edit("memory: 1800MiB", "memory: 1700MiB")
    runs = world.runs()
    assert world.up().code == 0
    waves = [world.applied(run) & {"cpu1", "cpu2"} for run in world.runs() if run not in runs]
    assert [wave for wave in waves if wave] == [{"cpu2"}, {"cpu1"}]
    assert world.node("cpu1").split()[0] == "idle"
    assert world.node("cpu2") == "drained bad fan"
    world.on("ctl1", "scontrol", "update", "nodename=cpu2", "state=undrain")


def test_a_flexible_host_moves_between_the_stacks_and_back(world: Drained) -> None:
    world.on("flex1", "sh", "-c", "mkdir /scratch && echo ours > /scratch/results")
    world.edit("owner: slurm", "owner: kubernetes")
    done = world.up()
    assert done.code == 0, done.output
    world.kubectl("wait", "--for=condition=Ready", "node/flex1", "--timeout=60s")
    assert "flex1" not in world.on("ctl1", "scontrol", "show", "node")
    assert world.units("flex1", "slurmd", "kubelet") == {"slurmd": ENDED, "kubelet": ("enabled", "active")}
    world.create(MOVED)
    world.kubectl("wait", "--for=condition=Available", "deployment/moved", "--timeout=60s")
    assert "/var/lib/kubelet/pods/" in world.on("flex1", "cat", "/proc/mounts")

    world.edit("owner: kubernetes", "owner: slurm")
    done = world.up()
    assert done.code == 0, done.output
    assert "node/flex1" not in world.kubectl("get", "nodes", "--output", "name").split()
    assert_left_kubernetes(world, "flex1")
    assert world.on("ctl1", "srun", "-w", "flex1", "hostname").strip() == "flex1"

    world.edit("owner: slurm", "owner: kubernetes")
    done = world.up()
    assert done.code == 0, done.output
    world.kubectl("wait", "--for=condition=Available", "deployment/moved", "--timeout=60s")
    assert world.on("flex1", "cat", "/scratch/results") == "ours\n"


def assert_left_kubernetes(world: Drained, host: str) -> None:
    """Its daemons have ended, and nothing of pods is left running or mounted."""
    assert world.units(host, "kubelet", "containerd") == dict.fromkeys(("kubelet", "containerd"), ENDED)
    assert " /var/lib/kubelet/" not in world.on(host, "cat", "/proc/mounts")
    commands = world.on(host, "sh", "-c", "cat /proc/[0-9]*/comm").split()
    assert not {"pause", "kube-proxy", "kubelet"}.intersection(commands)
    assert world.on(host, "ls", "/var/lib/kubelet", "/etc/kubernetes/manifests").split() == [
        "/etc/kubernetes/manifests:",
        "/var/lib/kubelet:",
    ]


def test_a_worker_is_removed_and_leaves_no_trace(world: Drained) -> None:
    world.edit("- {name: flex1, hardware: host, address: 10.78.0.51, pool: swing}\n", "")
    world.edit("  swing: {stack: flexible, owner: kubernetes}\n", "")
    world.edit(", swing]", "]")
    done = world.up()
    assert done.code == 0, done.output
    assert "flex1" not in world.kubectl("get", "nodes,configmaps", "--all-namespaces", "--output", "yaml")
    assert_left_kubernetes(world, "flex1")
    assert world.traces("flex1", "ctl1", "cpu1", "cpu2", "both1") == []
    assert world.on("flex1", "cat", "/scratch/results") == "ours\n"
    runs = world.runs()
    assert world.up().code == 0
    assert world.runs() == runs


def test_a_host_is_removed_when_its_job_is_over_and_leaves_no_trace(world: Drained) -> None:
    job = world.submit("cpu2")
    world.edit("tier: two", "tier: three")
    world.edit('"cpu[1-2]"', "cpu1")
    world.edit('"10.78.0.[21-22]"', "10.78.0.21")
    with running(world.up) as result:
        seen(lambda: world.node("cpu2") == "draining twinstack: removal", 180)
        # What needs nothing of Slurm's new files does not wait for the job.
        tier = ("get", "node", "both1", "-o", "jsonpath={.metadata.labels.tier}")
        seen(lambda: world.kubectl(*tier) == "three", 180)
        assert world.job(job) == "RUNNING"
        world.on("cpu2", "touch", "/tmp/let-go")
    assert result[0].code == 0, result[0].output
    assert world.traces("cpu2", "ctl1", "cpu1", "both1") == []
    assert "cpu2" not in world.on("ctl1", "scontrol", "show", "node")
    assert "RUNNING" not in world.job(job)
    assert world.units("cpu2", "slurmd", "munge") == dict.fromkeys(("slurmd", "munge"), ENDED)
