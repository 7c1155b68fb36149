from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit import sites
from twinstack.choices import choices
from twinstack.gaps import gaps
from twinstack.inventory.model import GpfsMount, LustreMount, Nic, Service, Stack
from twinstack.planning import plan
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import gpfs_mount, lustre_client

SCRATCH = LustreMount("scratch", "10.200.0.1@o2ib:10.200.0.2@o2ib", "scr", "/scratch", "2.15.6", None, ("flock",))
WORK = GpfsMount("work", "fs1", "/gpfs/work")
PORT = Nic("ib0", "fabric", rdma=True)


def renderer(scratch: LustreMount = SCRATCH) -> Renderer:
    """A node on the fabric, and a login host that is not."""
    return Renderer(
        plan(
            sites.site(
                (sites.host("front", None, Service.LOGIN), sites.host("n1", "batch", hardware="node")),
                (sites.pool("batch", Stack.SLURM),),
                networks=(
                    sites.network(cidr="10.0.0.0/16"),
                    sites.network("fabric", "10.200.0.0/16", kind="infiniband"),
                ),
                hardware=(sites.hardware(), sites.hardware("node", nics=(PORT,))),
                slurm=sites.slurm("batch", health_check_interval=300),
                storage=sites.storage(lustre=(scratch,), gpfs=(WORK,)),
            )
        )
    )


def role(module: Any, made: Renderer, host: str) -> HostRole:
    return module.render(made, made.plan.hosts[host])


def text_of(made: Renderer, found: HostRole, dest: str) -> str:
    name = next(file.artefact for file in found.spec.files if file.dest == dest)
    return made.artefacts[name or ""].text


def test_lustre_is_mounted_where_there_is_a_port_and_the_others_are_told() -> None:
    decided = renderer().plan
    assert "lustre-client" in decided.hosts["n1"].roles
    assert "lustre-client" not in decided.hosts["front"].roles
    told = {gap.what: gap.where for gap in gaps(decided)}
    assert told["no scratch (Lustre)"] == "front"
    (choice,) = choices(decided)
    assert (choice.what, choice.where, choice.chosen) == ("LNet", "n1", "o2ib on ib0")


def test_a_lustre_mount_stands_on_lnet_which_takes_up_its_configuration() -> None:
    made = renderer()
    found = role(lustre_client, made, "n1")
    mount = text_of(made, found, "/etc/systemd/system/scratch.mount")
    assert "What=10.200.0.1@o2ib:10.200.0.2@o2ib:/scr\n" in mount
    assert "Type=lustre\nOptions=flock,_netdev,nofail\n" in mount
    assert "Requires=lnet.service\n" in mount
    lnet = next(file for file in found.spec.files if file.dest == "/etc/lnet.conf")
    assert lnet.restarts == ("lnet.service",)
    assert [unit.name for unit in found.spec.units] == ["lnet.service", "remote-fs.target", "scratch.automount"]
    assert found.spec.drain


def test_a_pinned_client_is_held_without_disturbing_who_runs() -> None:
    held = role(lustre_client, renderer(), "n1").spec
    (pin,) = (file for file in held.files if file.dest == "/etc/apt/preferences.d/twinstack-lustre")
    assert (pin.restarts, pin.reloads) == ((), ())
    loose = role(lustre_client, renderer(replace(SCRATCH, client=None)), "n1").spec
    assert not [file.dest for file in loose.files if file.dest.startswith("/etc/apt")]


def test_the_kernel_is_asked_for_lustres_module() -> None:
    kernel: Any = role(lustre_client, renderer(), "n1").spec.params["kernel"]
    assert kernel["filesystem"] == "lustre"
    assert "kmod-lustre-client" in kernel["hint"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_lustres_units(tmp_path: Path) -> None:
    made = renderer()
    files = role(lustre_client, made, "n1").spec.files
    for file in (file for file in files if file.dest.startswith("/etc/systemd/system/")):
        (tmp_path / Path(file.dest).name).write_text(made.artefacts[file.artefact or ""].text)
    (tmp_path / "lnet.service").write_text("[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n")
    command = ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())]
    verified = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert not [line for line in verified.stderr.splitlines() if "scratch" in line or "lnet" in line]


def test_gpfs_installs_nothing_and_mounts_by_a_unit() -> None:
    made = renderer()
    found = role(gpfs_mount, made, "front")
    assert found.spec.packages == ()
    assert [unit.name for unit in found.spec.units] == ["twinstack-gpfs-work.service"]
    assert found is role(gpfs_mount, made, "n1")


def test_the_health_check_knows_the_file_systems_of_the_fabric() -> None:
    made = renderer()
    script = next(made.plan and artefact.text for name, artefact in _rendered(made).items() if "slurm/health-" in name)
    assert " /scratch /gpfs/work;" in script


def _rendered(made: Renderer) -> Any:
    from twinstack.rendering.roles import slurm_compute  # noqa: PLC0415 - only this test renders Slurm

    role(slurm_compute, made, "n1")
    return made.artefacts
