from __future__ import annotations

from typing import Any

from tests.unit import sites
from twinstack.inventory.model import NfsMount, Service, Slice, Stack
from twinstack.planning import plan
from twinstack.rendering import slurm_daemon
from twinstack.rendering.renderer import Renderer

HOME = NfsMount("home", "nas", "/srv/home", "/home", ())


def renderer(cores: int = 4, gpus: int = 2, absent: frozenset[str] = frozenset(), **slurm: Any) -> Renderer:
    hardware = sites.hardware("gpu", 8, gpus=sites.gpus(4, (0, 0, 0, 0)), absent=absent)
    split = sites.split(Slice(cores, gpus, None), Slice(4, 2, None))
    made = sites.site(
        (
            sites.host("ctl", None, Service.SLURM_CONTROLLER),
            sites.host("s1", "both", hardware="gpu"),
            sites.host("login1", None, Service.LOGIN),
        ),
        (sites.pool("both", Stack.SPLIT, split=split),),
        hardware=(sites.hardware(), hardware),
        slurm=sites.slurm("both", **slurm),
        storage=sites.storage(nfs=(HOME,)),
    )
    return Renderer(plan(made))


def environment(made: Renderer, host: str = "s1") -> str:
    return slurm_daemon.environment(made.plan, made.plan.hosts[host])


def dests(made: Renderer) -> list[str]:
    return [file.dest for file in slurm_daemon.files(made, made.plan.hosts["s1"], "p")]


def test_slurmd_fetches_its_configuration_from_the_controller() -> None:
    assert 'SLURMD_OPTIONS="--conf-server 10.0.0.1:6817"\n' in environment(renderer())


def test_a_change_of_the_nodes_share_changes_the_file_and_restarts_slurmd() -> None:
    assert environment(renderer(cores=4)) != environment(renderer(cores=3))
    assert environment(renderer(gpus=2)) != environment(renderer(gpus=1))
    made = renderer()
    options = next(
        file for file in slurm_daemon.files(made, made.plan.hosts["s1"], "p") if file.dest.endswith("slurmd")
    )
    assert options.restarts == ("slurmd.service",)


def test_the_definition_is_a_comment_for_the_shell_that_reads_the_file() -> None:
    *told, options = environment(renderer()).splitlines()
    assert all(line.startswith("# ") for line in told)
    assert "# gpu h100 /dev/nvidia[0-1] near cores 0-7" in told
    assert options.startswith("SLURMD_OPTIONS=")


def test_a_login_host_says_that_it_runs_no_jobs() -> None:
    assert environment(renderer(), "login1").startswith("# In no partition")


def test_the_health_check_is_placed_where_it_is_asked_for() -> None:
    assert "/usr/local/sbin/twinstack-slurm-health" not in dests(renderer())
    assert "/usr/local/sbin/twinstack-slurm-health" in dests(renderer(health_check_interval=300))


def test_health_looks_at_mounts_only_where_there_are_some() -> None:
    made = renderer(health_check_interval=300)
    assert "slurm/health-p.sh" in {file.artefact for file in slurm_daemon.files(made, made.plan.hosts["s1"], "p")}
    assert "for path in / /home; do" in made.artefacts["slurm/health-p.sh"].text
    blind = renderer(absent=frozenset({"kernel-nfs-client"}), health_check_interval=300)
    slurm_daemon.files(blind, blind.plan.hosts["s1"], "p")
    assert "for path in /; do" in blind.artefacts["slurm/health-p.sh"].text
