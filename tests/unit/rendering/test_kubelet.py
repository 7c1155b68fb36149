from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
import yaml

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import GIB, HERE, STATIC, host, kubernetes_pool, split_pool
from twinstack.inventory.model import Slice, Tuning
from twinstack.planning import plan
from twinstack.planning.model import HostPlan
from twinstack.rendering import kubelet, kubelet_memory


def settings(planned: HostPlan, *, keep_images: bool = False) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(kubelet.patch(planned, keep_images=keep_images))
    return document


def split(slurm: int, kubernetes: int, tuning: Tuning = STATIC, **hardware: Any) -> HostPlan:
    pool = split_pool(Slice(slurm, 0, None), Slice(kubernetes, 0, None), tuning=tuning)
    return host(pool, sites.hardware(cores=slurm + kubernetes, **hardware))


def test_a_split_host_keeps_the_kubelet_off_the_others_cores() -> None:
    found = settings(split(4, 4))
    assert found["reservedSystemCPUs"] == "0-3"
    assert found["cpuManagerPolicyOptions"] == {"strict-cpu-reservation": "true"}


def test_every_thread_of_a_foreign_core_is_reserved() -> None:
    assert settings(split(2, 2, threads_per_core=2))["reservedSystemCPUs"] == "0-1,4-5"


def test_a_single_core_is_not_reserved_strictly_since_a_kubelet_without_shared_cpu_does_not_start_again() -> None:
    found = settings(split(1, 1))
    assert found["reservedSystemCPUs"] == "0"
    assert "cpuManagerPolicyOptions" not in found


def test_strict_reservation_belongs_to_the_static_policy_and_to_split_hosts() -> None:
    untuned = Tuning(cpu_manager="none", topology_manager="none", memory_manager="None")
    assert "cpuManagerPolicyOptions" not in settings(split(4, 4, tuning=untuned))
    assert "cpuManagerPolicyOptions" not in settings(host(kubernetes_pool(tuning=STATIC)))


def test_a_machine_that_is_all_kubernetes_reserves_no_cpus() -> None:
    found = settings(host(kubernetes_pool()))
    assert "reservedSystemCPUs" not in found
    assert found["cpuManagerPolicy"] == "none"


def test_the_static_policy_has_a_cpu_left_over_even_on_a_machine_of_one_core() -> None:
    assert settings(host(kubernetes_pool(tuning=STATIC), sites.hardware(cores=1)))["reservedSystemCPUs"] == "0"


def test_what_is_offered_is_what_the_plan_gave() -> None:
    planned = host(kubernetes_pool())
    found = settings(planned)
    share = planned.allocation.kubernetes
    assert share is not None
    kept = sum(
        int(text.removesuffix("Mi")) << 20
        for text in (found["systemReserved"]["memory"], found["evictionHard"]["memory.available"])
    )
    assert planned.hardware.memory - kept == share.memory


def test_the_static_memory_manager_gets_the_sum_that_it_checks() -> None:
    found = settings(split(8, 8, sockets=1, numa_per_socket=2, memory=64 * GIB))
    by_node = {item["numaNode"]: int(item["limits"]["memory"].removesuffix("Mi")) for item in found["reservedMemory"]}
    assert sum(by_node.values()) == int(found["systemReserved"]["memory"].removesuffix("Mi")) + kubelet_memory.EVICTION
    assert by_node[0] == 30 * 1024


def test_other_memory_managers_get_no_reservation_by_node() -> None:
    assert "reservedMemory" not in settings(host(kubernetes_pool()))


def test_a_control_plane_without_workloads_has_nothing_to_divide() -> None:
    control = sites.host("n1", None, sites.Service.KUBERNETES_CONTROL_PLANE)
    found = settings(plan(sites.site([control], kubernetes=sites.kubernetes())).hosts["n1"])
    assert set(found) == {"apiVersion", "kind", "evictionHard"}


def test_a_kernel_with_everything_needs_no_concession() -> None:
    found = settings(host(kubernetes_pool()))
    assert not {"failCgroupV1", "oomScoreAdj", "imageGCHighThresholdPercent"} & set(found)
    assert found["evictionHard"]["nodefs.available"] == "10%"


def test_each_absent_capability_has_its_concession() -> None:
    found = settings(host(kubernetes_pool(), absent=HERE))
    assert found["failCgroupV1"] is False
    assert found["oomScoreAdj"] == 0
    assert found["imageGCHighThresholdPercent"] == 100
    assert found["evictionHard"]["nodefs.available"] == "1%"


def test_images_that_cannot_be_pulled_again_are_not_collected() -> None:
    assert settings(host(kubernetes_pool()), keep_images=True)["imageGCHighThresholdPercent"] == 100


def test_every_hard_threshold_is_stated_since_a_missing_one_is_off() -> None:
    signals = {"memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available", "imagefs.inodesFree"}
    assert set(kubelet.eviction(100, 10)) == signals


def test_what_the_pool_says_of_its_kubelets_is_said_to_them() -> None:
    tuning = replace(STATIC, topology_scope="pod", max_pods=200, shutdown_grace=90)
    found = settings(host(kubernetes_pool(tuning=tuning)))
    assert found["topologyManagerScope"] == "pod"
    assert found["maxPods"] == 200
    assert (found["shutdownGracePeriod"], found["shutdownGracePeriodCriticalPods"]) == ("90s", "30s")


def test_what_the_pool_leaves_out_is_left_to_the_kubelet() -> None:
    assert not {"maxPods", "shutdownGracePeriod"} & set(settings(host(kubernetes_pool())))


def test_an_eviction_threshold_is_part_of_the_reservation_so_that_sums_hold() -> None:
    planned = host(kubernetes_pool(tuning=replace(STATIC, eviction_memory=GIB)), memory=64 * GIB)
    found = settings(planned)
    assert found["evictionHard"]["memory.available"] == "1024Mi"
    by_node = sum(int(item["limits"]["memory"].removesuffix("Mi")) for item in found["reservedMemory"])
    assert by_node == int(found["systemReserved"]["memory"].removesuffix("Mi")) + 1024
    assert planned.allocation.kubernetes is not None
    assert (planned.hardware.memory - planned.allocation.kubernetes.memory) >> 20 == by_node


@pytest.mark.parametrize(
    ("tuning", "message"),
    [
        (Tuning("dynamic", "none", "None"), "tuning.cpu_manager: 'dynamic' is none of none, static"),
        (Tuning("none", "bogus", "None"), "tuning.topology_manager: 'bogus'"),
        (Tuning("none", "none", "static"), "tuning.memory_manager: 'static' is none of None, Static"),
        (Tuning("none", "none", "None", "node"), "tuning.topology_scope: 'node' is none of container, pod"),
    ],
)
def test_a_policy_that_no_kubelet_knows_is_refused(tuning: Tuning, message: str) -> None:
    with pytest.raises(kubelet.UnknownPolicyError, match=message):
        kubelet.check(tuning)


def test_the_inventory_offers_just_the_policies_that_the_kubelet_knows() -> None:
    text = files("twinstack.inventory").joinpath("schema.json").read_text()
    offered = [frozenset(words) for words in re.findall(r'"enum": (\[[^]]*\])', text) for words in [json.loads(words)]]
    assert set(kubelet.POLICIES.values()) <= set(offered)


@pytest.mark.parametrize(
    ("cpus", "text"),
    [((), ""), ((3,), "3"), ((0, 1, 2, 3, 8), "0-3,8"), ((5, 1, 0), "0-1,5"), ((0, 2, 4), "0,2,4")],
)
def test_cpus_are_written_as_the_kernel_does(cpus: tuple[int, ...], text: str) -> None:
    assert kubelet.cpu_list(cpus) == text
