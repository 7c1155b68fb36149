from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.unit import sites
from tests.unit.declare.engines import Engine, declared, revealed
from twinstack.declare import kubernetes, program
from twinstack.declare.hosts import declared_order
from twinstack.declare.program import Declaration, by_stack, load_or_stop
from twinstack.declare.settings import Settings
from twinstack.inventory.model import Site
from twinstack.planning import plan
from twinstack.provider.store import Store
from twinstack.rendering import render

Declare = Callable[..., Engine]
KEYS = "".join(f"10.0.0.{number} ssh-ed25519 KEY{number}\n" for number in range(1, 9))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = sites.dual()
    (tmp_path / "known_hosts").write_text(KEYS)
    access = replace(found.access, host_keys=tmp_path / "known_hosts", ssh_key_file=tmp_path / "stacks" / "key")
    return replace(found, access=access)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the Kubernetes part was called with; it has tests of its own."""
    calls: list[Any] = []
    monkeypatch.setattr(kubernetes, "declare", lambda *given: calls.append(given))
    return calls


@pytest.fixture
def declare(tmp_path: Path, seen: list[Any]) -> Declare:
    def run(site: Site, **config: str) -> Engine:
        seen.clear()

        def whole() -> None:
            settings = Settings.of(pulumi.Config("twinstack"), tmp_path, "lab")
            planned = plan(site)
            Declaration(planned, render(planned), settings, pulumi.Config("twinstack")).declare()

        return declared(whole, config)

    return run


def test_real_hosts_are_declared_and_simulated_ones_not(declare: Declare, site: Site) -> None:
    assert set(declare(site).of("Host")) == {"head", "c1", "c2", "k1", "s1", "f1", "f2"}


def test_services_come_first_and_then_the_inventorys_order(site: Site) -> None:
    moved = replace(site, hosts=dict(reversed(site.hosts.items())))
    assert [host.name for host in declared_order(plan(moved))] == ["head", "f2", "f1", "s1", "k1", "c2", "c1"]


def test_a_host_has_its_pinned_key_roles_secrets_and_controllers(declare: Declare, site: Site) -> None:
    host = declare(site).of("Host")["c1"]
    assert (host["address"], host["hostKey"], host["stack"], host["pool"]) == (
        "10.0.0.2",
        "ssh-ed25519 KEY2",
        "slurm",
        "batch",
    )
    assert set(host["roles"]) == set(host["specs"]) >= {"base", "munge", "slurm-compute"}
    assert revealed(host["secrets"]) == {"munge": {"munge-key": "made"}}
    assert host["controllers"]["slurm"]["hostKey"] == "ssh-ed25519 KEY1"
    assert "kubernetes" not in host["controllers"]
    assert "slurm-compute:slurmd.service" in host["units"]
    assert host["units"].index("munge:munge.service") < host["units"].index("slurm-compute:slurmd.service")


def test_a_host_is_told_who_counts_together_with_it(declare: Declare, site: Site) -> None:
    hosts = declare(site).of("Host")
    assert (hosts["c1"]["peers"], hosts["c1"]["controlPlanes"]) == ({"slurm": "c[1-2]"}, "")
    assert (hosts["head"]["peers"], hosts["head"]["controlPlanes"]) == ({"kubernetes": "head"}, "head")


def test_every_host_waits_for_the_same_so_that_none_overtakes_a_controller(declare: Declare, site: Site) -> None:
    engine = declare(site)
    assert set(engine.of("Secret")) == {"munge-key", "slurmdbd-password"}
    assert {frozenset(engine.after[name]) for name in engine.of("Host")} == {frozenset(engine.of("Secret"))}


def test_the_texts_of_all_artefacts_are_in_the_store(declare: Declare, site: Site, tmp_path: Path) -> None:
    engine = declare(site)
    store = Store(tmp_path / ".twinstack" / "lab" / "artefacts")
    artefacts = engine.of("Artefact")
    assert {"slurm/slurm.conf", "roles/slurm-compute/batch.server.json"} <= set(artefacts)
    assert all(store.text(found["digest"]) == found["text"] for found in artefacts.values())
    digests = {found["digest"] for found in artefacts.values()}
    assert all(set(host["specs"].values()) <= digests for host in engine.of("Host").values())


def test_the_provider_is_told_paths_that_are_the_same_in_every_clone(declare: Declare, site: Site) -> None:
    (provider,) = declare(site).of("pulumi:providers:twinstack").values()
    paths = {"state": ".twinstack/lab", "playbooks": "playbooks", "sshKeyFile": "stacks/key"}
    assert provider == {**paths, "connectTimeout": 10, "taskTimeout": 300, "installTimeout": 1800}


def test_a_configured_secret_wins_and_is_not_made(declare: Declare, site: Site) -> None:
    engine = declare(site, **{"munge-key": "from config"})
    assert set(engine.of("Secret")) == {"slurmdbd-password"}
    assert revealed(engine.of("Host")["c1"]["secrets"]) == {"munge": {"munge-key": "from config"}}


def test_accounting_waits_for_its_hosts_only(declare: Declare, site: Site) -> None:
    engine = declare(site)
    assert set(engine.of("SlurmAccount")) == {"climate", "genes"}
    assert set(engine.of("SlurmAssociation")) == {"climate-ana", "climate-bo", "genes-dee"}
    assert engine.after["climate"] == engine.after["climate-ana"] == {"head"}


def test_kubernetes_gets_the_clusters_access_after_its_hosts(declare: Declare, site: Site, seen: list[Any]) -> None:
    engine = declare(site)
    assert engine.of("Cluster")["test"]["controlPlane"]["name"] == "head"
    assert engine.after["test"] >= {"head"}
    ((_plan, _kubeconfig, waits, _parent),) = seen
    assert [type(one).__name__ for one in waits] == ["Cluster", "Host", "Host", "Host", "Host"]


def test_a_site_without_kubernetes_has_no_cluster(declare: Declare, seen: list[Any], site: Site) -> None:
    slurm_only = replace(
        site,
        kubernetes=None,
        hosts={name: host for name, host in site.hosts.items() if name in {"head", "c1", "c2"}},
        pools={"batch": site.pools["batch"]},
        slurm=sites.slurm("batch"),
    )
    engine = declare(slurm_only)
    assert engine.of("Cluster") == {}
    assert seen == []


def test_a_controller_in_maintenance_is_not_asked(declare: Declare, site: Site) -> None:
    resting = {**site.hosts, "head": replace(site.hosts["head"], maintenance=True)}
    engine = declare(replace(site, hosts=resting))
    assert engine.of("Host")["head"]["maintenance"] is True
    assert (engine.of("Cluster"), engine.of("SlurmAccount")) == ({}, {})


def test_hosts_are_folded_by_the_stack_that_they_serve() -> None:
    assert by_stack(plan(sites.dual())) == {
        "services": "head",
        "slurm": "c[1-2],f1",
        "kubernetes": "f2,k1",
        "split": "s1",
        "simulated": "g1",
    }


def test_a_bad_inventory_stops_the_program_with_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text("apiVersion: twinstack/v1\nkind: Site\nnme: x\nhosts: 3\n")
    with pytest.raises(pulumi.RunError) as caught:
        load_or_stop(path)
    assert "the inventory has problems:" in str(caught.value)
    assert f"{path}:3" in str(caught.value)
    assert f"{path}:4" in str(caught.value)


def test_the_program_is_run_with_the_stacks_own_inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def stop(path: Path) -> Site:
        asked.append(path)
        raise pulumi.RunError("stop")

    monkeypatch.setattr(program, "load_or_stop", stop)
    monkeypatch.setattr(pulumi, "get_root_directory", lambda: str(tmp_path))
    with pytest.raises(pulumi.RunError):
        declared(program.run)
    assert asked == [tmp_path / "stacks" / "lab" / "site.yaml"]
