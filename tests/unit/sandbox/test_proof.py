from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from twinstack.inventory.model import Service
from twinstack.sandbox import proof


class FakeOperator:
    """Answers by the first words of a command; fails the test for anything that it was not told of."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.documents: list[dict[str, Any]] = []

    def answer(self, words: str) -> str:
        for known, answer in self.answers.items():
            if known in words:
                return answer
        raise AssertionError(f"nobody told this operator about {words}")

    def on(self, host: str, *argv: str) -> str:
        return self.answer(f"{host} {' '.join(argv)}")

    def kubectl(self, *argv: str, document: str | None = None) -> str:
        if document:
            self.documents.append(json.loads(document))
        return self.answer(f"kubectl {' '.join(argv)}")


def site(**hosts: str) -> Any:
    pool = SimpleNamespace(name="pool", taints=())
    plans = {
        name: SimpleNamespace(
            name=name,
            stack=stack,
            pool=pool,
            host=SimpleNamespace(simulated=False),
            hardware=SimpleNamespace(gpu_count=0),
        )
        for name, stack in hosts.items()
    }
    project = SimpleNamespace(name="climate", members=("ana",))
    partition = SimpleNamespace(name="batch", pools=("pool",))
    return SimpleNamespace(
        hosts=plans,
        components={"kueue": SimpleNamespace(on=True)},
        site=SimpleNamespace(
            projects={"climate": project},
            slurm=SimpleNamespace(partitions={"batch": partition}),
            by_service={Service.SLURM_CONTROLLER: (SimpleNamespace(name="ctl1"),)},
        ),
    )


def test_a_slurm_job_is_shown_with_its_record() -> None:
    operator = FakeOperator({"srun": "7 cpu2\n7 cpu1\n", "sacct": "7|climate|ana|COMPLETED|cpu[1-2]|00:00:01\n"})
    shown = proof.slurm_job(site(cpu1="slurm", cpu2="slurm"), operator)
    assert shown.seen == "job 7 of ana in account climate on cpu[1-2]: COMPLETED"


def test_a_slurm_job_that_ran_elsewhere_proves_nothing() -> None:
    operator = FakeOperator({"srun": "7 cpu1\n7 cpu1\n"})
    with pytest.raises(proof.ProofError, match=r"ran on \['cpu1', 'cpu1'\]"):
        proof.slurm_job(site(cpu1="slurm", cpu2="slurm"), operator)


def kueue(job: str, **status: Any) -> str:
    return json.dumps({"items": [{"metadata": {"ownerReferences": [{"name": job}]}, "status": status}]})


def job_answers(log: str) -> dict[str, str]:
    pod = {"metadata": {"name": "hello-x-1"}, "spec": {"nodeName": "kube1"}}
    return {
        "create": "hello-x",
        "get job": "Complete reached;",
        "get pods": json.dumps({"items": [pod]}),
        "logs": log,
        "workloads": kueue("hello-x", admission={"clusterQueue": "climate"}),
    }


def test_a_job_is_shown_with_its_queue_and_node() -> None:
    operator = FakeOperator(job_answers("hello-x-1\n"))
    shown = proof.kubernetes_job(site(kube1="kubernetes"), operator)
    assert shown.seen == "hello-x admitted by queue climate, ran on kube1"
    assert operator.documents[0]["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "climate"
    container = operator.documents[0]["spec"]["template"]["spec"]["containers"][0]
    assert container["resources"]["requests"] == container["resources"]["limits"]


def test_a_job_that_kueue_never_admitted_proves_nothing() -> None:
    operator = FakeOperator({**job_answers("hello-x-1"), "workloads": kueue("hello-x")})
    with pytest.raises(proof.ProofError, match="did not admit"):
        proof.kubernetes_job(site(kube1="kubernetes"), operator)


def test_a_failed_job_is_told_with_its_reason() -> None:
    operator = FakeOperator({**job_answers(""), "get job": "Failed BackoffLimitExceeded;"})
    with pytest.raises(proof.ProofError, match="BackoffLimitExceeded"):
        proof.kubernetes_job(site(kube1="kubernetes"), operator)


def test_a_split_host_needs_disjoint_cpus() -> None:
    answers = {"srun": "Cpus_allowed_list:\t0\n", **job_answers("Cpus_allowed_list:\t1\n")}
    shown = proof.split_host(site(both1="split"), FakeOperator(answers))
    assert shown.seen == "both1: the job had CPU 0, the Guaranteed pod CPU 1"
    shared = {**answers, "logs": "Cpus_allowed_list:\t0-1\n"}
    with pytest.raises(proof.ProofError, match="both1"):
        proof.split_host(site(both1="split"), FakeOperator(shared))


def test_only_what_the_site_has_hosts_for_is_proven() -> None:
    small = site(cpu1="slurm")
    applying = [show for applies, show in proof.PROOFS if applies(small)]
    assert applying == [proof.kubernetes_job]
