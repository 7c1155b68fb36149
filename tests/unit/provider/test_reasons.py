from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.manifests import CONF, host
from twinstack.provider.host_state import HostState
from twinstack.provider.reasons import reasons
from twinstack.provider.store import Store

ROLE = "slurm-compute"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def why(store: Store, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return reasons(HostState.of(old), HostState.of(new), [ROLE], store)


def test_a_changed_file_is_named_with_what_it_restarts(store: Store) -> None:
    found = why(store, host(store), host(store, "two\n"))
    assert found == [f"host cpu1: role {ROLE}: {CONF} (restarts slurmd.service)"]


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
