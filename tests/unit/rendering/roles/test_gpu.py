from __future__ import annotations

import pytest

from tests.unit import sites
from twinstack.inventory.model import Stack
from twinstack.planning import plan
from twinstack.rendering.model import RoleSpec
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import gpu


def spec(vendor: str) -> RoleSpec:
    site = sites.site(
        [sites.host("a", "p")],
        [sites.pool("p", Stack.SLURM)],
        hardware=(sites.hardware(gpus=sites.gpus(4, vendor=vendor)),),
        slurm=sites.slurm("p"),
    )
    renderer = Renderer(plan(site))
    return gpu.render(renderer, renderer.plan.hosts["a"]).spec


@pytest.mark.parametrize(("vendor", "units"), [("nvidia", ["twinstack-gpu-persistence.service"]), ("amd", [])])
def test_a_driver_is_asked_and_kept_loaded_but_never_installed(vendor: str, units: list[str]) -> None:
    found = spec(vendor)
    assert found.packages == ()
    assert [unit.name for unit in found.units] == units
    assert found.params == {"vendor": vendor, "model": "h100", "count": 4}


def test_a_host_without_gpus_has_no_such_role() -> None:
    renderer = Renderer(plan(sites.dual()))
    with pytest.raises(ValueError, match="c1 has no GPUs"):
        gpu.render(renderer, renderer.plan.hosts["c1"])
