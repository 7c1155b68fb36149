from __future__ import annotations

import pytest

from tests.unit import sites
from twinstack.inventory.model import Stack
from twinstack.planning.waves import max_unavailable


@pytest.mark.parametrize(
    ("hosts", "wanted", "expected"),
    [(512, "5%", 25), (40, "5%", 2), (10, "5%", 1), (3, "100%", 3), (10, "4", 4), (1, "1", 1), (10, "0%", 1)],
)
def test_percentages_are_rounded_down_and_never_nobody(hosts: int, wanted: str, expected: int) -> None:
    names = tuple(f"n{index}" for index in range(hosts))
    assert max_unavailable(sites.pool("p", Stack.SLURM, hosts=names, max_unavailable=wanted)) == expected
