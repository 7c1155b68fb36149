from __future__ import annotations

from dataclasses import replace

from policies.one_scheduler_per_host import judge
from tests.policies.shown import SITE, host, in_cluster

BOTH = ("slurm-compute", "kubernetes-worker")


def test_one_scheduler_is_fine() -> None:
    hosts = [host("a", "base", "slurm-compute"), host("b", "kubernetes-worker", stack="kubernetes"), host("c", "base")]
    assert not list(judge([*hosts, in_cluster("core/v1:Node", "gpu1")], SITE))


def test_both_on_a_host_that_is_not_split() -> None:
    (violation,) = judge([host("a", *BOTH)], SITE)
    assert violation.text == "Host a has both roles slurm-compute and kubernetes-worker, but its pool is not split."


def test_a_split_host_divides_its_cores() -> None:
    site = replace(SITE, split={"a": {"slurm": [0, 1], "kubernetes": [2, 3]}})
    assert not list(judge([host("a", *BOTH, stack="split")], site))


def test_cores_that_both_have_are_named() -> None:
    site = replace(SITE, split={"a": {"slurm": [0.0, 2.0, 10.0], "kubernetes": [2.0, 10.0]}})
    (violation,) = judge([host("a", *BOTH, stack="split")], site)
    assert violation.text == "Host a gives cores 2, 10 to both Slurm and Kubernetes."


def test_a_split_that_nobody_wrote_down() -> None:
    (violation,) = judge([host("a", *BOTH, stack="split")], SITE)
    assert "nothing says which cores are whose" in violation.text


def test_a_node_object_may_not_stand_for_a_host_of_slurm() -> None:
    (violation,) = judge([host("a", "slurm-compute"), in_cluster("core/v1:Node", "a")], SITE)
    assert violation.text == "Node a is declared for a host that Slurm schedules."
