from __future__ import annotations

import pytest

from tests.unit import sites
from twinstack.gaps import Gap, gaps
from twinstack.inventory.model import Stack
from twinstack.planning import plan


@pytest.mark.parametrize(
    ("vendor", "found"),
    [
        ("nvidia", []),
        ("amd", []),
        ("intel", [Gap("check of intel GPUs", "a", "this version does not ask their driver for them")]),
    ],
)
def test_gpus_that_nobody_asks_for_are_told(vendor: str, found: list[Gap]) -> None:
    hosts = [sites.host("a", "p"), sites.host("b", "p", simulated=True), sites.host("c")]
    machine = sites.hardware(gpus=sites.gpus(4, vendor=vendor))
    site = sites.site(hosts, [sites.pool("p", Stack.SLURM)], hardware=[machine], slurm=sites.slurm("p"))
    assert [gap for gap in gaps(plan(site)) if "GPUs" in gap.what] == found
