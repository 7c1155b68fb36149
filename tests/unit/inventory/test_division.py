from __future__ import annotations

import pytest

from tests.unit import sites
from twinstack.inventory import division
from twinstack.inventory.model import Pool, Slice, Stack
from twinstack.planning.model import Owner

GIB = sites.GIB
SPLIT = sites.pool("p", Stack.SPLIT, split=sites.split(Slice(4, 0, None), Slice(3, 0, 9 * GIB)))


def test_owners_have_the_names_of_the_plan() -> None:
    assert {division.SYSTEM, division.SLURM, division.KUBERNETES} <= {owner.value for owner in Owner}


@pytest.mark.parametrize(
    ("pool", "stack", "memory", "holder"),
    [
        (None, None, {"system": 32}, "system"),
        (sites.pool("p", Stack.SLURM), Stack.SLURM, {"system": 1, "slurm": 31}, "slurm"),
        (sites.pool("p", Stack.FLEXIBLE), Stack.KUBERNETES, {"system": 1, "kubernetes": 31}, "kubernetes"),
        (SPLIT, Stack.SPLIT, {"system": 4.6, "slurm": 18.4, "kubernetes": 9}, "kubernetes"),
    ],
)
def test_memory_has_an_owner_and_so_have_huge_pages(
    pool: Pool | None, stack: Stack | None, memory: dict[str, float], holder: str
) -> None:
    parts = division.parts_of(sites.hardware(), pool, stack)
    found = division.memory_of(sites.hardware(), parts)
    assert {owner: round(size / GIB, 1) for owner, size in found.items()} == memory
    assert division.owner_of_hugepages(parts) == holder


def test_cores_that_are_given_away_twice_leave_the_system_its_reserve() -> None:
    pool = sites.pool("p", Stack.SPLIT, split=sites.split(Slice(8, 0, None), Slice(8, 0, None)))
    found = division.memory_of(sites.hardware(), division.parts_of(sites.hardware(), pool, Stack.SPLIT))
    assert found["system"] == division.system_reserve(sites.hardware()) == GIB
