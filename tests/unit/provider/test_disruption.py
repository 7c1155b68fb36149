from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.provider.manifests import CONF, KEY, host
from twinstack.provider.disruption import UNKNOWN, disruption
from twinstack.provider.host_state import HostState
from twinstack.provider.store import Store
from twinstack.rendering.model import Directory, PlacedFile, RoleSpec, Unit

ROLE = "slurm-compute"
CALM_FILE = "/etc/slurm/health.sh"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def spec(**changes: Any) -> RoleSpec:
    settings: dict[str, Any] = {
        "packages": ("slurmd",),
        "files": (
            PlacedFile(CONF, "cgroup.conf", "1", restarts=("slurmd.service",)),
            PlacedFile(KEY, secret="munge-key", restarts=("slurmd.service",)),
            PlacedFile(CALM_FILE, "health.sh", "1"),
            PlacedFile("/etc/routes", "routes", "1", restarts=("routes.service",), drain=False),
            PlacedFile("/etc/kubelet", "kubelet", "1", drain=True),
            PlacedFile("/etc/hostname", restarts=("slurmd.service",)),
        ),
        "units": (Unit("slurmd.service"),),
        "params": {"port": 1, "labels": {}},
        "drain": True,
        "calm": ("labels", "helper.service"),
    }
    return RoleSpec(ROLE, "batch", **{**settings, **changes})


def changed(old: PlacedFile, **changes: Any) -> tuple[PlacedFile, ...]:
    """The files of the role, one of them another."""
    fields = {"dest": old.dest, "artefact": old.artefact, "digest": old.digest, "restarts": old.restarts}
    new = PlacedFile(**{**fields, "drain": old.drain, **changes})
    return tuple(new if file.dest == old.dest else file for file in spec().files)


def file(dest: str, digest: str = "2") -> dict[str, Any]:
    (old,) = (file for file in spec().files if file.dest == dest)
    return {"files": changed(old, digest=digest)}


def told(store: Store, new: RoleSpec, old: RoleSpec | None = None, **wanted: Any) -> dict[str, tuple[str, ...]]:
    old = old or spec()
    before = host(store, roles={ROLE: "1"}, specs={ROLE: store.put(old.text)})
    after = host(store, **{"roles": {ROLE: "2"}, "specs": {ROLE: store.put(new.text)}, **wanted})
    return disruption(HostState.of(before), HostState.of(after), [ROLE], store)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"packages": ("slurmd=2",)}, ("slurmd", "slurmd=2")),
        ({"units": ()}, ("slurmd.service",)),
        ({"units": (Unit("slurmd.service", started=False),)}, ("slurmd.service",)),
        ({"params": {"port": 2, "labels": {}}}, ("port",)),
        (file(CONF), (CONF,)),
        (file("/etc/kubelet"), ("/etc/kubelet",)),
        ({"files": ()}, ("/etc/hostname", "/etc/kubelet", KEY, CONF)),
    ],
)
def test_what_restarts_or_replaces_something_disturbs(
    store: Store, changes: dict[str, Any], what: tuple[str, ...]
) -> None:
    assert told(store, spec(**changes)) == {ROLE: what}


@pytest.mark.parametrize(
    "changes",
    [
        {"params": {"port": 1, "labels": {"tier": "web"}}},
        {"units": (Unit("slurmd.service"), Unit("new.service"))},
        {"directories": (Directory("/var/spool/slurm"),)},
        file(CALM_FILE),
        file("/etc/routes"),
    ],
)
def test_what_is_calm_disturbs_nobody(store: Store, changes: dict[str, Any]) -> None:
    assert told(store, spec(**changes)) == {}


def test_a_mount_that_leaves_the_inventory_disturbs_and_its_files_alone_would_not(store: Store) -> None:
    kept, gone = (
        (PlacedFile(f"/etc/systemd/system/{name}.mount", name, "1"), Unit(f"{name}.automount"))
        for name in ("home", "scratch")
    )
    old = spec(files=(kept[0], gone[0]), units=(kept[1], gone[1]))
    assert told(store, spec(files=(kept[0],), units=(kept[1],)), old) == {ROLE: ("scratch.automount",)}
    assert told(store, spec(files=(kept[0],), units=(kept[1], gone[1])), old) == {}


def test_a_role_that_asks_for_no_drain_never_disturbs_but_for_a_file_that_does(store: Store) -> None:
    old = spec(drain=False)
    assert told(store, spec(drain=False, packages=("slurmd=2",), **file(CONF)), old) == {}
    assert told(store, spec(drain=False, **file("/etc/kubelet")), old) == {ROLE: ("/etc/kubelet",)}


def test_other_advice_alone_disturbs_nobody(store: Store) -> None:
    assert told(store, spec(calm=()), spec()) == {}


def test_what_is_the_hosts_own_disturbs_likewise(store: Store) -> None:
    assert told(store, spec(), ownFiles={f"{ROLE}:/etc/hostname": "b\n"}) == {ROLE: ("/etc/hostname",)}
    assert told(store, spec(), own={ROLE: {"cores": [0]}}) == {ROLE: ("cores",)}
    assert told(store, spec(calm=("cores",)), own={ROLE: {"cores": [0]}}) == {}
    assert told(store, spec(), secrets={ROLE: {"munge-key": "new"}}) == {ROLE: (KEY,)}


def test_what_is_not_known_or_not_in_place_disturbs(store: Store) -> None:
    new = host(store, roles={ROLE: "2"}, specs={ROLE: store.put(spec().text)})
    calm = host(store, roles={ROLE: "2"}, specs={ROLE: store.put(spec(drain=False, files=()).text)})
    forgotten = HostState.of(host(store, roles={ROLE: "1"}, specs={ROLE: "0" * 64}))
    gone = HostState.of(host(store, roles={}, specs={}))
    assert disruption(forgotten, HostState.of(new), [ROLE], store) == {ROLE: (UNKNOWN,)}
    assert disruption(forgotten, HostState.of(calm), [ROLE], store) == {}
    assert disruption(gone, HostState.of(new), [ROLE], store) == {ROLE: ("is not in place",)}
    assert disruption(gone, HostState.of(calm), [ROLE], store) == {}


def test_a_role_that_is_applied_again_as_it_was_disturbs(store: Store) -> None:
    same = {"ownFiles": {f"{ROLE}:/etc/hostname": "cpu1\n"}}
    assert told(store, spec(), **same) == {ROLE: ("was not applied to the end",)}


def mended(store: Store, *words: str) -> dict[str, tuple[str, ...]]:
    both = {"roles": {ROLE: "1"}, "specs": {ROLE: store.put(spec().text)}}
    found = host(store, **both, drift={ROLE: {"found": list(words)}})
    return disruption(HostState.of(found), HostState.of(host(store, **both)), [ROLE], store)


def test_mending_a_file_disturbs_like_its_change_and_starting_what_stopped_does_not(store: Store) -> None:
    assert mended(store, f"{CONF} changed\n- by hand", "slurmd.service stopped") == {ROLE: (CONF,)}
    assert mended(store, "slurmd.service stopped", "package slurmd removed", f"{CALM_FILE} missing") == {}
