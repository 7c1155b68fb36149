from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.provider.manifests import CONF, KEY, host
from twinstack.provider.errors import ProviderError
from twinstack.provider.host_state import HostState
from twinstack.provider.host_vars import host_vars, unsafe
from twinstack.provider.store import Store
from twinstack.rendering.model import PlacedFile, RoleSpec, digest_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_a_role_has_paths_into_the_store_own_texts_and_names_of_secrets(store: Store) -> None:
    found = host_vars(HostState.of(host(store)), ["slurm-compute"], store)
    role = found["twinstack_roles"]["slurm-compute"]  # type: ignore[index]
    files = {file["dest"]: file for file in role["files"]}
    assert files[CONF]["src"] == str(store.path(digest_of("one\n")))
    assert files[CONF]["restarts"] == ["slurmd.service"]
    assert files["/etc/hostname"]["content"] == "cpu1\n"
    assert files[KEY]["secret"] == "munge-key"
    assert role["packages"] == ["slurmd"]
    assert role["units"] == [{"name": "slurmd.service", "started": True}]
    assert role["params"] == {"port": 1, "cores": [0, 1]}
    assert found["twinstack_slurm_controller"] == "ctl1"
    assert "hush" not in str(found)


def test_a_role_has_the_kernel_settings_of_its_files(store: Store) -> None:
    files = (PlacedFile("/etc/sysctl.d/91-a.conf", "a.conf", store.put("kernel.core_pattern = |/bin/{{x}}\n")),)
    state = HostState.of(host(store, specs={"tuning": store.put(RoleSpec("tuning", "all", files=files).text)}))
    role = host_vars(state, ["tuning"], store)["twinstack_roles"]["tuning"]  # type: ignore[index]
    assert role["settings"] == {"kernel.core_pattern": {"__ansible_unsafe": "|/bin/{{x}}"}}


def test_a_role_is_told_what_units_it_no_longer_has(store: Store) -> None:
    found = host_vars(HostState.of(host(store)), ["slurm-compute"], store, {"slurm-compute": ("old.service",)})
    assert found["twinstack_roles"]["slurm-compute"]["leaving"] == ["old.service"]  # type: ignore[index]
    assert (
        host_vars(HostState.of(host(store)), ["slurm-compute"], store)["twinstack_roles"]["slurm-compute"][  # type: ignore[index]
            "leaving"
        ]
        == []
    )


def test_only_the_roles_to_apply_are_present(store: Store) -> None:
    assert host_vars(HostState.of(host(store)), [], store)["twinstack_roles"] == {}


def test_a_text_that_is_missing_is_told_with_the_remedy(store: Store) -> None:
    state = HostState.of(host(store, specs={"slurm-compute": "f" * 64}))
    with pytest.raises(ProviderError, match=r"manifest of role slurm-compute \(ffffffffffff\) is not in .*pulumi up"):
        host_vars(state, ["slurm-compute"], store)


def test_texts_that_look_like_templates_are_shielded_wherever_they_stand() -> None:
    assert unsafe({"a": ["{{ x }}", "plain {"], "n": 1}) == {"a": [{"__ansible_unsafe": "{{ x }}"}, "plain {"], "n": 1}
