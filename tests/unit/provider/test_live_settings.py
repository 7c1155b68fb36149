from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.provider.manifests import host
from twinstack.inventory.load import load
from twinstack.planning import plan
from twinstack.planning.tuning import HostTuning, Pages, applied_tuning
from twinstack.provider.host_state import HostState
from twinstack.provider.live_settings import live_settings, settings_of
from twinstack.provider.store import Store
from twinstack.rendering import render, sysctl_conf, tuning
from twinstack.rendering.model import PlacedFile, RoleSpec

SANDBOX = Path(__file__).resolve().parents[3] / "stacks" / "sandbox" / "site.yaml"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def state(store: Store, **texts: dict[str, str]) -> HostState:
    """A host whose roles place these texts by path."""
    specs = {
        role: RoleSpec(role, "all", files=tuple(PlacedFile(dest, dest, store.put(text)) for dest, text in each.items()))
        for role, each in texts.items()
    }
    return HostState.of(host(store, specs={role: store.put(spec.text) for role, spec in specs.items()}))


def test_a_setting_is_that_of_the_role_whose_file_is_read_last(store: Store) -> None:
    found = state(
        store,
        tuning={"/etc/sysctl.d/91-b.conf": "net.core.somaxconn = 9\n"},
        base={"/etc/sysctl.d/90-a.conf": "net.core.somaxconn = 4096\nvm.swappiness = 10\n", "/etc/a": "x = 1\n"},
    )
    assert live_settings(found, store) == {"base": {"vm.swappiness": "10"}, "tuning": {"net.core.somaxconn": "9"}}


def test_a_hosts_own_file_counts_and_a_secret_does_not(store: Store) -> None:
    files = (
        PlacedFile("/etc/sysctl.d/a.conf"),
        PlacedFile("/etc/sysctl.d/b.conf", "b", store.put("b = @secret:x@\n"), secret="x"),
    )
    specs = {"base": store.put(RoleSpec("base", "all", files=files).text)}
    found = HostState.of(host(store, specs=specs, ownFiles={"base:/etc/sysctl.d/a.conf": "vm.swappiness = 1\n"}))
    assert live_settings(found, store) == {"base": {"vm.swappiness": "1"}}


def test_a_role_that_this_machine_does_not_know_is_left_out(store: Store) -> None:
    assert live_settings(HostState.of(host(store, specs={"base": "f" * 64})), store) == {}


def test_what_was_rendered_is_read_back() -> None:
    wanted = HostTuning(
        governor="performance",
        transparent_hugepages="madvise",
        hugepages=(Pages(0, 2 << 20, 512),),
        sysctl={"net.ipv4.tcp_rmem": "4096 87380 16777216"},
    )
    found = dict(settings_of(tuning.TMPFILES, tuning.tmpfiles(wanted)))
    assert found == {knob.path: knob.value for knob in tuning.knobs(wanted)}
    assert dict(settings_of(tuning.SYSCTL, tuning.sysctl(wanted))) == wanted.sysctl
    base = dict(settings_of("/etc/sysctl.d/90.conf", sysctl_conf.text(own_kernel=True)))
    assert base == {key: str(value) for key, value in {**sysctl_conf.NETWORK, **sysctl_conf.KERNEL}.items()}


def test_remarks_are_no_settings() -> None:
    assert dict(settings_of("/etc/sysctl.d/a.conf", "# a = 1\n\n; b = 2\n-c.d = 3\n")) == {"c.d": "3"}
    assert dict(settings_of("/etc/tmpfiles.d/a.conf", "d /run/a 0755 root root - -\n")) == {}


def test_a_host_that_shares_its_kernel_answers_for_its_own_network_only(store: Store) -> None:
    planned = plan(load(SANDBOX))
    rendering = render(planned)
    for artefact in rendering.artefacts.values():
        store.put(artefact.text)
    for name, roles in rendering.hosts.items():
        specs = {role: store.put(each.spec.text) for role, each in roles.items()}
        found = live_settings(replace(HostState.of(host(store, name=name)), specs=specs, own_files={}), store)
        assert all(setting.startswith("net.") for each in found.values() for setting in each)
        assert found.get("tuning", {}) == tuning.settings(applied_tuning(planned.hosts[name]))
