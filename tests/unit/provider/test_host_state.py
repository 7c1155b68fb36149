from __future__ import annotations

from typing import Any

from twinstack.provider.host_state import HostState, dropped, leaving, pending

ROLES = {"base": "1", "munge": "2"}


def state(**properties: Any) -> HostState:
    given = {"name": "cpu1", "hostKey": "ssh-ed25519 A", "roles": ROLES, "secrets": {"munge": {"munge-key": "hush"}}}
    return HostState.of({**given, **properties})


def test_a_host_is_read_with_its_controllers_and_units_in_order() -> None:
    found = state(
        controllers={"slurm": {"name": "ctl1"}}, units=["munge:munge.service", "base:ntp.service"], pool="batch"
    )
    assert found.controllers["slurm"].name == "ctl1"
    assert found.units == (("munge", "munge.service"), ("base", "ntp.service"))
    assert (found.name, found.pool, found.max_unavailable, found.maintenance) == ("cpu1", "batch", 1, False)


def test_nothing_is_pending_when_all_is_applied() -> None:
    assert pending(state(), state()) == ()


def test_roles_that_differ_or_were_never_applied_are_pending() -> None:
    assert pending(state(roles={"base": "1"}), state()) == ("munge",)
    assert pending(state(), state(roles={"base": "1", "munge": "new"})) == ("munge",)


def test_a_changed_secret_makes_its_role_pending() -> None:
    assert pending(state(), state(secrets={"munge": {"munge-key": "other"}})) == ("munge",)


def test_a_machine_installed_anew_gets_everything_and_loses_nothing() -> None:
    anew = state(hostKey="ssh-ed25519 B", roles={"base": "1"})
    assert pending(state(), anew) == ("base",)
    assert dropped(state(), anew) == ()


def test_roles_no_longer_wanted_are_dropped() -> None:
    assert dropped(state(), state(roles={"base": "1"})) == ("munge",)


def test_units_that_a_role_no_longer_has_leave_last_started_first() -> None:
    old = state(units=["base:a.service", "munge:x.service", "munge:y.service", "munge:home.automount"])
    assert leaving(old, old) == {}
    assert leaving(old, state(units=["base:a.service", "munge:x.service"])) == {
        "munge": ("home.automount", "y.service")
    }


def test_a_unit_that_another_role_has_now_a_target_and_those_of_a_dropped_role_do_not_leave() -> None:
    old = state(units=["base:moved.service", "base:remote-fs.target", "munge:munge.service"])
    assert leaving(old, state(roles={"base": "1", "users": "1"}, units=["users:moved.service"])) == {}


def test_nothing_leaves_a_machine_installed_anew() -> None:
    assert leaving(state(units=["base:a.service"]), state(hostKey="ssh-ed25519 B", units=[])) == {}
