"""The proof that both stacks work: real jobs, run and shown at the end of `twinstack sandbox up`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ClusterShell.NodeSet import NodeSet
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_fixed

from twinstack.inventory.model import Project, Service
from twinstack.planning.model import HostPlan, Plan

DEADLINE = 90
IMAGE = "docker.io/library/busybox:1.36"
ALLOWED_CPUS = "grep Cpus_allowed_list /proc/self/status"


class ProofError(Exception):
    """A job did not do what it was to show."""


class Operator(Protocol):
    """Runs commands where the site is reached from; raises on a non-zero exit."""

    def on(self, host: str, *argv: str) -> str:
        """Run a command on a host as root; its output."""
        ...

    def kubectl(self, *argv: str, document: str | None = None) -> str:
        """Run kubectl, with a document on its standard input; its output."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that was run: what it shows, on which stack, and what came of it."""

    title: str
    stack: str
    seen: str


Show = Callable[[Plan, Operator], Shown]


def prove(plan: Plan, operator: Operator) -> Iterator[Shown]:
    """Run every proof that the site has the hosts for, in order."""
    for applies, show in PROOFS:
        if applies(plan):
            yield show(plan, operator)


def until(what: str, ask: Callable[[], str], wanted: Callable[[str], bool]) -> str:
    """Ask until the answer is the wanted one.

    Raises:
        ProofError: the deadline has passed; it says the last answer.
    """

    def give_up(state: RetryCallState) -> str:
        last = state.outcome.result().strip() if state.outcome else ""
        raise ProofError(f"{what}: not within {DEADLINE} s; last seen: {last or 'nothing'}")

    waiting = Retrying(
        retry=retry_if_result(lambda answer: not wanted(answer)),
        stop=stop_after_delay(DEADLINE),
        wait=wait_fixed(0.3),
        retry_error_callback=give_up,
    )
    answer: str = waiting(ask)
    return answer


def first_project(plan: Plan) -> Project:
    """The project that the jobs are accounted to."""
    return next(iter(plan.site.projects.values()))


def controller(plan: Plan) -> str:
    """The first Slurm controller's name."""
    return plan.site.by_service[Service.SLURM_CONTROLLER][0].name


def whole_slurm_hosts(plan: Plan) -> list[HostPlan]:
    """Hosts of Slurm alone."""
    return [host for host in plan.hosts.values() if host.stack == "slurm"]


def split_hosts(plan: Plan) -> list[HostPlan]:
    """Hosts that serve both stacks, each on its own cores."""
    return [host for host in plan.hosts.values() if host.stack == "split"]


def partition_of(plan: Plan, host: HostPlan) -> str:
    """A partition that holds the host's pool."""
    partitions = plan.site.slurm.partitions.values() if plan.site.slurm else ()
    return next(partition.name for partition in partitions if host.pool and host.pool.name in partition.pools)


def srun(plan: Plan, operator: Operator, hosts: list[HostPlan], command: str) -> str:
    """Run a shell command on every host as one job of a project's member; its output."""
    project = first_project(plan)
    nodes = str(NodeSet.fromlist([host.name for host in hosts]))
    options = [f"--account={project.name}", f"--partition={partition_of(plan, hosts[0])}", f"--nodes={len(hosts)}"]
    options += [
        f"--nodelist={nodes}",
        "--ntasks-per-node=1",
        "--cpus-per-task=1",
        "--mem=50M",
        "--chdir=/",
        "--immediate=60",
    ]
    member = ["runuser", "-u", project.members[0], "--", "timeout", str(DEADLINE), "srun", *options]
    return operator.on(controller(plan), *member, "sh", "-c", command)


def slurm_job(plan: Plan, operator: Operator) -> Shown:
    """One job over two hosts, and its record in accounting."""
    hosts = whole_slurm_hosts(plan)[:2]
    lines = srun(plan, operator, hosts, "echo $SLURM_JOB_ID $(hostname)").split("\n")
    job = lines[0].partition(" ")[0]
    ran_on = sorted(line.partition(" ")[2] for line in lines if line)
    if ran_on != sorted(host.name for host in hosts):
        raise ProofError(f"job {job} ran on {ran_on}, not on {[host.name for host in hosts]}")
    columns = "--format=JobID,Account,User,State,NodeList,Elapsed"
    sacct = ("sacct", "--noheader", "--parsable2", "--allocations", f"--jobs={job}", columns)
    record = until(
        f"record of job {job}", lambda: operator.on(controller(plan), *sacct), lambda row: "COMPLETED" in row
    )
    _, account, user, state, nodes, _ = record.strip().split("|")
    return Shown(
        "one job over two hosts, accounted", "slurm", f"job {job} of {user} in account {account} on {nodes}: {state}"
    )


def restricted() -> dict[str, Any]:
    """A container's security context that Pod Security's restricted level accepts."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "runAsUser": 65534,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def job_manifest(project: str, name: str, command: str, resources: dict[str, str], **pod: object) -> str:
    """A Job in a project's queue whose only pod is Guaranteed; `pod` is added to the pod's spec."""
    container = {
        "name": "main",
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", command],
        "resources": {"requests": resources, "limits": resources},
        "securityContext": restricted(),
    }
    spec = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 0, "containers": [container], **pod}
    document = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "generateName": f"{name}-",
            "namespace": project,
            "labels": {"kueue.x-k8s.io/queue-name": project},
        },
        "spec": {"backoffLimit": 0, "ttlSecondsAfterFinished": 600, "template": {"spec": spec}},
    }
    return json.dumps(document)


def run_job(operator: Operator, project: str, document: str) -> tuple[str, dict[str, Any]]:
    """Create a Job, wait until it is complete; its name and its pod."""
    name = operator.kubectl("create", "-f", "-", "-o", "jsonpath={.metadata.name}", document=document).strip()
    conditions = (
        "get",
        "job",
        name,
        "-n",
        project,
        "-o",
        "jsonpath={range .status.conditions[*]}{.type} {.message};{end}",
    )
    seen = until(
        f"Job {project}/{name}",
        lambda: operator.kubectl(*conditions),
        lambda text: "Complete" in text or "Failed" in text,
    )
    if "Failed" in seen:
        raise ProofError(f"Job {project}/{name} failed: {seen}")
    pods = json.loads(
        operator.kubectl("get", "pods", "-n", project, "-l", f"batch.kubernetes.io/job-name={name}", "-o", "json")
    )
    return name, pods["items"][0]


def queue_of(operator: Operator, project: str, job: str) -> str:
    """The cluster queue that admitted a Job's workload."""
    workloads = json.loads(operator.kubectl("get", "workloads.kueue.x-k8s.io", "-n", project, "-o", "json"))["items"]
    mine = [
        item for item in workloads if any(owner["name"] == job for owner in item["metadata"].get("ownerReferences", []))
    ]
    if not mine or "admission" not in mine[0].get("status", {}):
        raise ProofError(f"Kueue did not admit Job {project}/{job}")
    queue: str = mine[0]["status"]["admission"]["clusterQueue"]
    return queue


def kubernetes_job(plan: Plan, operator: Operator) -> Shown:
    """One Job of a project, admitted by Kueue, run by a real kubelet."""
    project = first_project(plan).name
    name, pod = run_job(
        operator, project, job_manifest(project, "hello", "hostname", {"cpu": "200m", "memory": "32Mi"})
    )
    output = operator.kubectl("logs", "-n", project, pod["metadata"]["name"]).strip()
    if output != pod["metadata"]["name"]:
        raise ProofError(f"Job {project}/{name} printed {output!r}, not its pod's name")
    queue = queue_of(operator, project, name)
    return Shown(
        "one Job through a project's queue",
        "kubernetes",
        f"{name} admitted by queue {queue}, ran on {pod['spec']['nodeName']}",
    )


def split_host(plan: Plan, operator: Operator) -> Shown:
    """A Slurm job and a Guaranteed pod on the same host see disjoint CPUs."""
    host = split_hosts(plan)[0]
    project = first_project(plan).name
    in_slurm = NodeSet(f"c[{srun(plan, operator, [host], ALLOWED_CPUS).split()[-1]}]")
    # Kueue picks the flavor by the labels that flavors have; the host's name alone would let it pick another pool's.
    pool = {"twinstack.io/pool": host.pool.name} if host.pool else {}
    pin = {"nodeSelector": {"kubernetes.io/hostname": host.name, **pool}}
    _, pod = run_job(
        operator, project, job_manifest(project, "pinned", ALLOWED_CPUS, {"cpu": "1", "memory": "32Mi"}, **pin)
    )
    in_pod = NodeSet(f"c[{operator.kubectl('logs', '-n', project, pod['metadata']['name']).split()[-1]}]")
    if in_slurm & in_pod:
        raise ProofError(f"{host.name}: the job had CPUs {in_slurm} and the pod had {in_pod}")
    seen = f"{host.name}: the job had {cpus(in_slurm)}, the Guaranteed pod {cpus(in_pod)}"
    return Shown("both stacks inside one host, disjoint CPUs", "split", seen)


def cpus(nodes: NodeSet) -> str:
    """A CPU set in words."""
    return f"CPU {str(nodes).lstrip('c').strip('[]')}"


def simulated_gpus(plan: Plan, operator: Operator) -> Shown:
    """A GPU Job is admitted and placed on a simulated node; nothing runs there."""
    host = simulated_hosts(plan)[0]
    project = first_project(plan).name
    tolerations = [{"key": taint.key, "operator": "Exists"} for taint in (host.pool.taints if host.pool else ())]
    tolerations += [{"key": "twinstack.io/simulated", "operator": "Exists"}]
    resources = {"cpu": "1", "memory": "32Mi", "nvidia.com/gpu": str(host.hardware.gpu_count)}
    name, pod = run_job(operator, project, job_manifest(project, "gpus", "true", resources, tolerations=tolerations))
    where = f"{pod['spec']['nodeName']} (simulated: nothing ran)"
    seen = f"{name} asked for {host.hardware.gpu_count} GPUs, was placed on {where}"
    return Shown("a GPU Job on a simulated node", "kubernetes", seen)


def simulated_hosts(plan: Plan) -> list[HostPlan]:
    """Simulated hosts with GPUs."""
    return [host for host in plan.hosts.values() if host.host.simulated and host.hardware.gpu_count]


def has_queues(plan: Plan) -> bool:
    """Whether Kueue is on and there is a project to submit for."""
    return bool(plan.site.projects) and plan.components["kueue"].on


PROOFS: tuple[tuple[Callable[[Plan], bool], Show], ...] = (
    (lambda plan: len(whole_slurm_hosts(plan)) > 1, slurm_job),
    (has_queues, kubernetes_job),
    (lambda plan: has_queues(plan) and bool(split_hosts(plan)), split_host),
    (lambda plan: has_queues(plan) and bool(simulated_hosts(plan)), simulated_gpus),
)
