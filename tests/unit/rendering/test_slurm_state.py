from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from tests.unit import sites
from twinstack.gaps import backups
from twinstack.inventory.model import GpfsMount, LustreMount, NfsMount, Service, Site, Stack
from twinstack.planning import plan
from twinstack.rendering import slurm_conf, slurm_units
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import slurm_controller
from twinstack.rendering.slurm_state import controllers, shared

HOME = NfsMount("home", "nfs1", "/srv/home", "/home", ())


def site(state: str | None, *, absent: frozenset[str] = frozenset()) -> Site:
    hosts = [sites.host(name, None, Service.SLURM_CONTROLLER) for name in ("a", "b")]
    slurm = sites.slurm("batch", state_location=state)
    made = sites.site((*hosts, sites.host("n1", "batch")), (sites.pool("batch", Stack.SLURM),), slurm=slurm)
    hardware = {name: replace(each, absent=absent) for name, each in made.hardware.items()}
    return replace(made, hardware=hardware, storage=replace(made.storage, nfs=(HOME,)))


NO_NFS = frozenset({"kernel-nfs-client"})


@pytest.mark.parametrize(
    ("state", "absent", "names"),
    [
        ("/home/.slurm", frozenset(), ["a", "b"]),
        ("/home/.slurm", NO_NFS, ["a"]),
        ("/gpfs/.slurm", NO_NFS, ["a", "b"]),
        (None, frozenset(), ["a"]),
    ],
)
def test_backups_run_only_where_the_state_is_truly_shared(
    state: str | None, absent: frozenset[str], names: list[str]
) -> None:
    assert [host.name for host in controllers(site(state, absent=absent))] == names


def test_a_state_that_cannot_be_mounted_is_kept_on_the_first_controller() -> None:
    made = site("/home/.slurm", absent=NO_NFS)
    assert shared(made) is None
    assert "StateSaveLocation=/var/lib/slurm/slurmctld\n" in slurm_conf.text(plan(made))


def test_idle_backups_are_a_gap_that_is_shown() -> None:
    (gap,) = backups(plan(site("/home/.slurm", absent=NO_NFS)))
    assert (gap.what, gap.where) == ("backup slurm-controllers", "b")
    assert "only a runs slurmctld" in gap.why
    assert not list(backups(plan(site("/home/.slurm"))))


FAR = LustreMount("scratch", "192.168.9.1@tcp", "scratch", "/scratch", None)
NEAR = replace(FAR, mgs="10.0.0.250@tcp")


@pytest.mark.parametrize(("scratch", "names"), [(NEAR, ["a", "b"]), (FAR, ["a"])])
def test_a_state_on_lustre_is_shared_by_controllers_that_reach_its_servers(
    scratch: LustreMount, names: list[str]
) -> None:
    made = site("/scratch/slurm")
    made = replace(
        made,
        networks={
            **made.networks,
            "far": replace(made.networks["management"], name="far", cidr=IPv4Network("192.168.9.0/24")),
        },
        storage=replace(made.storage, lustre=(scratch,)),
    )
    assert [host.name for host in controllers(made)] == names


def test_a_controller_waits_for_gpfs_which_systemd_does_not_mount() -> None:
    made = replace(site("/gpfs/slurm"), storage=sites.storage(gpfs=(GpfsMount("work", "fs1", "/gpfs"),)))
    renderer = Renderer(plan(made))
    slurm_controller.render(renderer, renderer.plan.hosts["a"])
    assert "ExecStartPre=/usr/bin/mountpoint --quiet /gpfs\n" in renderer.artefacts["slurm/slurmctld-drop-in.conf"].text
    assert "mountpoint" not in slurm_units.controller("slurmdbd.service", "/home/.slurm")
