from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.manifests import CONF, host
from twinstack.provider.host_state import HostState
from twinstack.provider.reasons import reasons
from twinstack.provider.store import Store
from twinstack.rendering.model import RoleSpec, Unit

ROLE = "slurm-compute"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def why(store: Store, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return reasons(HostState.of(old), HostState.of(new), [ROLE], store)


def test_a_changed_file_is_named_with_what_it_restarts(store: Store) -> None:
    found = why(store, host(store), host(store, "two\n"))
    assert found == [f"host cpu1: role {ROLE}: {CONF} (restarts slurmd.service)"]


def with_units(store: Store, *units: str) -> dict[str, Any]:
    manifest = RoleSpec(ROLE, "batch", units=tuple(Unit(unit) for unit in units))
    return host(store, specs={ROLE: store.put(manifest.text)}, units=[f"{ROLE}:{unit}" for unit in units])


def test_a_unit_that_ends_is_named(store: Store) -> None:
    old = with_units(store, "a.service", "home.automount")
    assert why(store, old, with_units(store, "a.service")) == [
        f"host cpu1: role {ROLE}: home.automount (stopped, disabled)"
    ]
    assert why(store, old, with_units(store, "b.service", "home.automount")) == [
        f"host cpu1: role {ROLE}: units, a.service (stopped, disabled)"
    ]


def test_a_unit_that_a_failed_change_was_to_end_is_named_again(store: Store) -> None:
    new = with_units(store, "a.service")
    old = {**new, "units": [*new["units"], f"{ROLE}:home.automount"]}
    assert why(store, old, new) == [f"host cpu1: role {ROLE}: home.automount (stopped, disabled)"]


def test_what_is_the_hosts_own_is_named(store: Store) -> None:
    new = host(
        store,
        ownFiles={f"{ROLE}:/etc/hostname": "other\n"},
        own={ROLE: {"cores": [0]}},
        secrets={ROLE: {"munge-key": "other"}},
    )
    assert why(store, host(store), new) == [
        f"host cpu1: role {ROLE}: /etc/hostname, parameters of this host, secret munge-key"
    ]


def test_a_new_role_an_unfinished_one_and_a_new_machine_are_told_apart(store: Store) -> None:
    old = host(store)
    assert why(store, host(store, specs={}), old) == [f"host cpu1: role {ROLE}: is new here"]
    assert why(store, old, old) == [f"host cpu1: role {ROLE}: was not applied to the end"]
    assert "its host key is another" in why(store, old, host(store, hostKey="ssh-ed25519 NEW"))[0]


def test_a_manifest_of_another_machine_is_no_obstacle(store: Store) -> None:
    old = host(store, specs={ROLE: "0" * 64})
    assert "does not know the one applied" in why(store, old, host(store))[0]
