from __future__ import annotations

from tests.unit.provider.fakes import connection
from twinstack.provider.connection import Connection
from twinstack.provider.host_state import HostState
from twinstack.provider.wanted import Wanted

LAST = {"slurm": connection("ctl1"), "kubernetes": connection("ctl1")}


def asked(last: dict[str, Connection], *hosts: HostState) -> dict[str, str]:
    wanted = Wanted()
    for host in hosts:
        wanted.take(host)
    return {side: found.name for side, found in wanted.controllers(last).items()}


def host(name: str, *roles: str, **controllers: str) -> HostState:
    reached = {side: {"name": each, "address": "10.0.0.9"} for side, each in controllers.items()}
    return HostState.of({"name": name, "roles": dict.fromkeys(roles, "1"), "controllers": reached})


def test_where_nothing_is_declared_those_that_the_host_knew_are_asked() -> None:
    assert asked(LAST) == {"slurm": "ctl1", "kubernetes": "ctl1"}


def test_a_controller_that_is_named_now_is_asked_and_only_for_what_the_host_had() -> None:
    workers = host("cpu1", "slurm-compute", slurm="ctl2"), host("kube1", "kubernetes-worker", kubernetes="ctl3")
    assert asked(LAST, *workers) == {"slurm": "ctl2", "kubernetes": "ctl3"}
    assert asked({"slurm": connection("ctl1")}, *workers) == {"slurm": "ctl2"}


def test_a_scheduler_that_no_host_has_any_more_is_not_asked() -> None:
    assert asked(LAST, host("ctl1", "slurm-controller", slurm="ctl1")) == {"slurm": "ctl1"}


def test_controllers_in_maintenance_are_asked_as_before() -> None:
    assert asked(LAST, host("ctl1", "kubernetes-control-plane")) == {"kubernetes": "ctl1"}
