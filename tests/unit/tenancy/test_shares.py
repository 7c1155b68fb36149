from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tenancy.plans import GIB, GPU, Planned, pool, sandbox
from twinstack.tenancy.flavors import flavors
from twinstack.tenancy.shares import shares

MIB = 2**20


def test_quotas_of_the_sandbox_count_real_machines_and_simulated_gpus_bring_their_own() -> None:
    found = shares(sandbox())
    climate = {(flavor, resource): held for (project, flavor, resource), held in found.items() if project == "climate"}
    assert sum(held for (flavor, name), held in climate.items() if name == "cpu" and flavor != "ai-simulated") == 3
    assert climate["ai-simulated", GPU] == 16
    assert climate["ai-simulated", "cpu"] == 128
    assert climate["ai-simulated", "memory"] == 1024 * GIB
    assert ("climate", "services", GPU) not in found


def test_a_quota_is_spread_in_proportion_to_what_pools_own() -> None:
    made = Planned().host("a1", pool("a"), cpus=30).host("b1", pool("b"), cpus=10).tenant("p", cpu=20)
    found = shares(made.build())
    assert (found["p", "a", "cpu"], found["p", "b", "cpu"]) == (15, 5)


def test_gpus_go_to_pools_that_have_some() -> None:
    made = Planned().host("g1", pool("g"), gpus=8).host("c1", pool("c")).tenant("p", gpu=4)
    found = shares(made.build())
    assert (found["p", "g", GPU], found["p", "c", GPU]) == (4, 0)


def test_real_gpus_are_counted_before_simulated_ones() -> None:
    made = Planned().host("g1", pool("g"), gpus=2).host("s1", pool("s"), gpus=8, simulated=True).tenant("p", gpu=8)
    found = shares(made.build())
    assert found["p", "g", GPU] == 2
    assert found.get(("p", "s-simulated", GPU), 0) == 0


def test_simulated_hosts_without_gpus_follow_the_projects_shares() -> None:
    made = Planned().host("r1", pool("r")).host("s1", pool("s"), cpus=100, simulated=True)
    found = shares(made.tenant("a", 3, cpu=1).tenant("b", 1, cpu=1).build())
    assert (found["a", "s-simulated", "cpu"], found["b", "s-simulated", "cpu"]) == (75, 25)


@given(
    quotas=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 4096), st.integers(0, 64)), min_size=1, max_size=5),
    pools=st.lists(
        st.tuples(st.integers(1, 64), st.integers(1, 1024), st.integers(0, 8), st.booleans()), min_size=1, max_size=4
    ),
)
def test_projects_together_never_hold_more_than_a_pool_owns(
    quotas: list[tuple[int, int, int]], pools: list[tuple[int, int, int, bool]]
) -> None:
    made = Planned()
    for index, (cpus, memory, gpus, simulated) in enumerate(pools):
        made.host(f"h{index}", pool(f"p{index}"), cpus, memory * MIB, gpus, simulated=simulated)
    for index, (cpu, memory, gpu) in enumerate(quotas):
        made.tenant(f"t{index}", cpu=cpu, memory=memory * MIB, gpu=gpu)
    plan = made.build()
    held: Counter[tuple[str, str]] = Counter()
    for (_, name, resource), amount in shares(plan).items():
        assert amount >= 0
        held[name, resource] += amount
    for flavor in flavors(plan):
        for resource in ("cpu", "memory", GPU):
            assert held[flavor.name, resource] <= flavor.capacity.get(resource, 0)
