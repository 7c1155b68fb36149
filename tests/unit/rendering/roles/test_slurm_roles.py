from __future__ import annotations

from typing import Any

import pytest

from tests.unit import sites
from twinstack.inventory.model import Rest, Service, Slice, Stack
from twinstack.planning import plan
from twinstack.rendering import slurm_conf
from twinstack.rendering.model import Directory, HostRole, PlacedFile
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import munge, slurm_accounting, slurm_compute, slurm_controller, slurm_login

CONTROLLER, LOGIN = Service.SLURM_CONTROLLER, Service.LOGIN
BATCH = sites.pool("batch", Stack.SLURM)


def renderer(*hosts: Any, pools: Any = (BATCH,), slurm: Any = None, **changes: Any) -> Renderer:
    section = slurm or sites.slurm(*(pool.name for pool in pools))
    return Renderer(plan(sites.site(hosts, pools, slurm=section, **changes)))


def role(module: Any, made: Renderer, host: str) -> HostRole:
    return module.render(made, made.plan.hosts[host])


def file_at(found: HostRole, dest: str) -> PlacedFile:
    return next(file for file in found.spec.files if file.dest == dest)


def test_the_munge_key_is_a_secret_that_only_munge_reads() -> None:
    found = role(munge, Renderer(plan(sites.dual())), "c1")
    key = file_at(found, "/etc/munge/munge.key")
    assert (key.secret, key.owner, key.mode, key.artefact) == ("munge-key", "munge", "0400", None)
    assert key.restarts == ("munge.service",)


def test_the_database_password_is_in_no_artefact() -> None:
    made = Renderer(plan(sites.dual()))
    found = role(slurm_accounting, made, "head")
    conf = file_at(found, "/etc/slurm/slurmdbd.conf")
    assert (conf.secret, conf.owner, conf.mode) == ("slurmdbd-password", "slurm", "0600")
    assert found.spec.secrets == ("slurmdbd-password",)
    assert [unit.name for unit in found.spec.units] == ["mariadb.service", "slurmdbd.service"]


def test_only_controllers_hold_slurms_files() -> None:
    made = Renderer(plan(sites.dual()))
    held = {file.dest for file in role(slurm_controller, made, "head").spec.files}
    assert {"/etc/slurm/slurm.conf", "/etc/slurm/cgroup.conf", "/etc/slurm/gres.conf"} <= held
    for name, module in (("c1", slurm_compute), ("head", slurm_login)):
        assert not [file for file in role(module, made, name).spec.files if file.dest.startswith("/etc/slurm/")]


def test_the_role_and_not_the_frame_restarts_slurmctld() -> None:
    found = role(slurm_controller, Renderer(plan(sites.dual())), "head")
    assert not [file for file in found.spec.files if file.restarts or file.reloads]
    assert found.spec.params["configuration"] == ["slurm.conf", "cgroup.conf", "gres.conf"]


def test_racks_make_a_topology() -> None:
    made = renderer(
        sites.host("ctl", None, CONTROLLER), sites.host("n1", "batch", rack="a"), sites.host("n2", "batch", rack="b")
    )
    assert "topology.conf" in role(slurm_controller, made, "ctl").spec.params["configuration"]  # type: ignore[operator]


def test_the_qos_of_partitions_must_exist_where_there_is_a_database() -> None:
    partitions = {"gpu": sites.partition("gpu", "batch", qos="urgent")}
    hosts = (sites.host("ctl", None, CONTROLLER, Service.SLURM_ACCOUNTING), sites.host("n1", "batch"))
    section = sites.slurm("batch", partitions=partitions)
    assert role(slurm_controller, renderer(*hosts, slurm=section), "ctl").spec.params["qos"] == ["urgent"]
    alone = renderer(sites.host("ctl", None, CONTROLLER), sites.host("n1", "batch"), slurm=section)
    assert role(slurm_controller, alone, "ctl").spec.params["qos"] == []


def test_maintenance_reaches_the_controller() -> None:
    made = renderer(sites.host("ctl", None, CONTROLLER), sites.host("n1", "batch", maintenance=True))
    assert role(slurm_controller, made, "ctl").spec.params["maintenance"] == ["n1"]


def test_a_second_controller_without_the_state_holds_files_only() -> None:
    made = renderer(*(sites.host(f"ctl{i}", None, CONTROLLER) for i in (1, 2)), sites.host("n1", "batch"))
    first, second = (role(slurm_controller, made, name) for name in ("ctl1", "ctl2"))
    assert (first.spec.params["runs"], second.spec.params["runs"]) == (True, False)
    assert (len(first.spec.units), len(second.spec.units)) == (1, 0)


@pytest.mark.parametrize(("location", "made_here"), [("/home/state", False), ("/var/state", True), (None, True)])
def test_a_state_on_nfs_is_made_by_the_server(location: str | None, made_here: bool) -> None:  # noqa: FBT001
    nfs = (sites.NfsMount("home", "nas", "/srv/home", "/home", ()),)
    section = sites.slurm("batch", state_location=location)
    made = renderer(sites.host("ctl", None, CONTROLLER), slurm=section, storage=sites.storage(nfs=nfs))
    found = role(slurm_controller, made, "ctl").spec.directories
    state = Directory(location or "/var/lib/slurm/slurmctld", "slurm", "slurm", "0700")
    assert (state in found) is made_here


def test_alike_nodes_share_one_spec_and_others_do_not() -> None:
    half = Slice(4, 0, None)
    pools = (BATCH, sites.pool("both", Stack.SPLIT, split=sites.split(half, half)))
    made = renderer(sites.host("n1", "batch"), sites.host("n2", "batch"), sites.host("s1", "both"), pools=pools)
    one, two, split = (role(slurm_compute, made, name) for name in ("n1", "n2", "s1"))
    assert one is two
    assert one.spec.profile != split.spec.profile
    assert one.digest != split.digest


def test_profiles_of_names_with_dashes_do_not_meet() -> None:
    pools = (sites.pool("a", Stack.SLURM), sites.pool("a-b", Stack.SLURM))
    classes = (sites.hardware("b-c"), sites.hardware("c"))
    hosts = (sites.host("n1", "a", hardware="b-c"), sites.host("n2", "a-b", hardware="c"))
    made = renderer(*hosts, pools=pools, hardware=classes)
    assert role(slurm_compute, made, "n1").spec.profile != role(slurm_compute, made, "n2").spec.profile


def test_login_hosts_run_slurmd_only_where_no_files_are_at_hand() -> None:
    made = renderer(
        sites.host("ctl", None, CONTROLLER, LOGIN), sites.host("n1", "batch", LOGIN), sites.host("l1", None, LOGIN)
    )
    assert role(slurm_login, made, "ctl").spec.units == ()
    assert role(slurm_login, made, "n1").spec.units == ()
    assert [unit.name for unit in role(slurm_login, made, "l1").spec.units] == ["slurmd.service"]


def test_sackd_keeps_a_login_hosts_files_where_there_is_one() -> None:
    hosts = (sites.host("ctl", None, CONTROLLER), sites.host("login1", None, LOGIN), sites.host("n1", "batch"))
    made = renderer(*hosts, slurm=sites.slurm("batch", version="23.11"))
    found = role(slurm_login, made, "login1")
    assert [unit.name for unit in found.spec.units] == ["sackd.service"]
    options = file_at(found, "/etc/default/sackd")
    assert made.artefacts[options.artefact or ""].text == 'SACKD_OPTIONS="--conf-server 10.0.0.1:6817"\n'
    assert "login1" not in slurm_conf.text(made.plan)


def test_the_key_of_tokens_is_a_secret_of_both_daemons_that_check_them() -> None:
    hosts = (sites.host("ctl", None, CONTROLLER, Service.SLURM_ACCOUNTING), sites.host("n1", "batch"))
    made = renderer(*hosts, slurm=sites.slurm("batch", rest=Rest("jwt")))
    for module, unit in ((slurm_controller, "slurmctld.service"), (slurm_accounting, "slurmdbd.service")):
        key = file_at(role(module, made, "ctl"), "/etc/slurm/jwt_hs256.key")
        assert (key.secret, key.owner, key.mode, key.restarts) == ("slurm-jwt-key", "slurm", "0400", (unit,))
