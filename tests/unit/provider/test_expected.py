from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.provider.manifests import CONF, KEY, host
from twinstack.provider.errors import ProviderError
from twinstack.provider.expected import expected, open_texts
from twinstack.provider.host_state import HostState
from twinstack.provider.store import Store
from twinstack.rendering.model import PlacedFile, RoleSpec, digest_of

ROLE = "slurm-compute"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_files_are_known_by_digest_and_secret_ones_apart(store: Store) -> None:
    found = expected(HostState.of(host(store)), (ROLE,), store)
    files = {file["dest"]: file for file in found.roles[ROLE]["files"]}  # type: ignore[attr-defined]
    assert files[CONF] == {
        "dest": CONF,
        "owner": "root",
        "group": "root",
        "mode": "0644",
        "sha256": digest_of("one\n"),
        "shown": True,
    }
    assert files["/etc/hostname"]["sha256"] == digest_of("cpu1\n")
    assert files[KEY] == {"dest": KEY, "owner": "root", "group": "root", "mode": "0400"}
    assert found.digests == {KEY: digest_of("hush\n")}
    assert found.roles[ROLE]["params"] == {"port": 1, "cores": [0, 1]}
    assert found.roles[ROLE]["packages"] == ["slurmd"]
    assert found.roles[ROLE]["settings"] == {}


def test_marks_are_filled_in_before_the_digest_is_taken(store: Store) -> None:
    text = "StoragePass=@secret:password@\n"
    files = (PlacedFile("/etc/dbd.conf", "dbd.conf", store.put(text), secret="password"),)
    manifest = RoleSpec(ROLE, "all", files=files)
    state = HostState.of(host(store, specs={ROLE: store.put(manifest.text)}, secrets={ROLE: {"password": "hush"}}))
    assert expected(state, (ROLE,), store).digests == {"/etc/dbd.conf": digest_of("StoragePass=hush\n")}


def test_a_role_is_expected_to_have_set_what_its_files_say(store: Store) -> None:
    files = (PlacedFile("/etc/sysctl.d/91-a.conf", "a.conf", store.put("vm.swappiness = 10\n")),)
    state = HostState.of(host(store, specs={ROLE: store.put(RoleSpec(ROLE, "all", files=files).text)}))
    assert expected(state, (ROLE,), store).roles[ROLE]["settings"] == {"vm.swappiness": "10"}


def test_a_secret_that_the_state_does_not_know_has_no_digest(store: Store) -> None:
    assert expected(HostState.of(host(store, secrets={})), (ROLE,), store).digests == {}


def test_texts_that_may_be_seen(store: Store) -> None:
    assert dict(open_texts(HostState.of(host(store)), ROLE, store)) == {CONF: "one\n", "/etc/hostname": "cpu1\n"}


def test_a_manifest_that_this_machine_does_not_know_is_said(store: Store) -> None:
    with pytest.raises(ProviderError, match="manifest of role slurm-compute"):
        expected(HostState.of(host(store, specs={ROLE: "other"})), (ROLE,), store)
