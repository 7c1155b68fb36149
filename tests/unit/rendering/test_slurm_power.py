from __future__ import annotations

from typing import Any

from tests.unit import sites
from twinstack.inventory.model import Power, Script, Service, Slice, Stack
from twinstack.planning import plan
from twinstack.rendering import slurm_conf
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import slurm_controller

SCRIPT = Script("x.sh", "#!/bin/sh\n")
POWER = Power(SCRIPT, SCRIPT, None, ("batch",), 600, 120, 300, 60, 0)


def renderer(power: Power | None, **changes: Any) -> Renderer:
    half = Slice(4, 0, None)
    pools = (sites.pool("batch", Stack.SLURM), sites.pool("both", Stack.SPLIT, split=sites.split(half, half)))
    hosts = (
        sites.host("ctl", None, Service.SLURM_CONTROLLER),
        sites.host("login1", None, Service.LOGIN),
        sites.host("n1", "batch"),
        sites.host("n2", "batch", maintenance=True),
        sites.host("s1", "both"),
    )
    return Renderer(plan(sites.site(hosts, pools, slurm=sites.slurm("batch", "both", power=power, **changes))))


def lines(power: Power | None, **changes: Any) -> list[str]:
    return slurm_conf.text(renderer(power, **changes).plan).splitlines()


def test_only_whole_hosts_of_slurms_that_work_are_switched_off() -> None:
    assert "SuspendExcNodes=login1,n2,s1" in lines(POWER)
    assert "SuspendExcNodes=n2,s1" in lines(POWER, version="24.11")


def test_times_are_seconds_and_rates_are_a_minute() -> None:
    found = [line for line in lines(POWER) if line.startswith(("Suspend", "Resume"))]
    assert found[:7] == [
        "SuspendProgram=/usr/local/libexec/twinstack-slurm/suspend",
        "ResumeProgram=/usr/local/libexec/twinstack-slurm/resume",
        "SuspendTime=600",
        "SuspendTimeout=120",
        "ResumeTimeout=300",
        "SuspendRate=60",
        "ResumeRate=0",
    ]


def test_without_the_section_nothing_is_switched_off() -> None:
    assert not [line for line in lines(None) if "Suspend" in line]


def test_the_programs_are_on_controllers() -> None:
    made = renderer(POWER)
    files = slurm_controller.render(made, made.plan.hosts["ctl"]).spec.files
    assert [file.mode for file in files if file.dest.endswith(("/suspend", "/resume"))] == ["0755", "0755"]
