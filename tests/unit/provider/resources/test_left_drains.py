"""A drain that a killed run has left, over the modules that ask schedulers and end drains; only those are pretended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.unit.playbooks import shared  # noqa: F401 - modules import what they share

# isort: split
from playbooks.plugins.module_utils import twinstack_drains, twinstack_schedulers
from playbooks.plugins.modules import kubernetes_drain, slurm_drain
from tests.unit.provider.fakes import FakeRunner
from tests.unit.provider.hosts import CALL, ROLE, World
from twinstack.provider.runner import Outcome, Play, Watch
from twinstack.provider.store import Store
from twinstack.rendering.model import RoleSpec

LEFT = "twinstack: change of slurm-compute"
WORKER = "kubernetes-worker"
NOTE = kubernetes_drain.REASON


@dataclass
class Schedulers:
    """A node of Slurm and one of Kubernetes, both cpu1, each drained for a reason or not (None)."""

    slurm: str | None = None
    kubernetes: Mapping[str, Any] | None = None
    check_mode = False

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        match command:
            case ["scontrol", "update", *settings]:
                assert settings == ["NodeName=cpu1", "State=UNDRAIN"]
                self.slurm = None
            case [_, _, _, "patch", "node", "cpu1", *words]:
                document = json.loads(words[-1])
                assert document == {"metadata": {"annotations": {NOTE: None}}, "spec": {"unschedulable": None}}
                self.kubernetes = None
        return 0, self.said(command), ""

    def said(self, command: list[str]) -> str:
        """What `scontrol show node` or `kubectl get nodes` prints."""
        if command[0] == "scontrol":
            drain = f"+DRAIN ThreadsPerCore=1 Reason={self.slurm} [root@2026-01-01T00:00:00]" if self.slurm else ""
            return f"NodeName=cpu1 State=IDLE{drain}"
        node: dict[str, Any] = {
            "metadata": {"name": "cpu1", "annotations": dict(self.kubernetes or {})},
            "spec": {"unschedulable": True} if self.kubernetes is not None else {},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        }
        return json.dumps({"items": [node]})


@dataclass
class Runner(FakeRunner):
    """Asks and lifts as the modules do."""

    site: Schedulers | None = None

    async def run(self, play: Play, watch: Watch) -> Outcome:
        outcome = await super().run(play, watch)
        lifts: Any = play.variables.get("twinstack_lifts", {})
        if lifts.get("slurm"):
            slurm_drain.lift(slurm_drain.Slurm(self.site), {"nodes": lifts["slurm"]})
        if lifts.get("kubernetes"):
            wanted = twinstack_drains.wanted(lifts["kubernetes"])
            kubernetes_drain.lift(kubernetes_drain.Cluster(self.site), wanted, {})
        return outcome


class Site(World):
    """A host, its schedulers and what became of it."""

    def __init__(self, folder: Path, schedulers: Schedulers) -> None:
        super().__init__(folder)
        plays = ("drain_slurm", "slurm_compute", "kubernetes_worker", "lift_kubernetes", "lift_slurm", "observe")
        self.schedulers = schedulers
        self.runner = Runner(plays, facts=self.facts, site=schedulers)

    def facts(self, host: str) -> dict[str, object]:
        ask: Any = self.runner.seen[-1].hosts[host].get("twinstack_ask", {})
        return {"roles": {}, "texts": {}, "schedulers": twinstack_schedulers.answers(ask)}

    def refreshed(self, host: Mapping[str, Any]) -> dict[str, Any]:
        return dict(self.read(host, host) or {})


def worker(folder: Path) -> dict[str, Any]:
    """What a host differs by that is a node of Kubernetes."""
    manifest = Store(folder).put(RoleSpec(WORKER, "batch", drain=True).text)
    nothing: dict[str, Any] = {"own": {}, "ownFiles": {}, "secrets": {}, "units": [], "stack": "kubernetes"}
    controllers = {"kubernetes": {"name": "ctl1", "address": "10.0.0.2", "hostKey": "ssh-ed25519 CCC"}}
    return {**nothing, "roles": {WORKER: "one"}, "specs": {WORKER: manifest}, "controllers": controllers}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    schedulers = Schedulers()
    monkeypatch.setattr(twinstack_schedulers, "output", schedulers.said)
    return Site(tmp_path, schedulers)


def test_a_drain_that_a_killed_run_left_in_slurm_is_found_and_lifted_without_draining_again(site: Site) -> None:
    site.schedulers.slurm = LEFT
    host = site.host(drain=True)
    state = site.refreshed(host)
    assert state["drift"] == {ROLE: {"found": [f"node drained: {LEFT} (by root)"]}}
    assert set(site.diff(state, host)) == {f'drift["{ROLE}"]'}
    assert site.update(state, host) == host
    assert site.groups[-1] == {"slurm_compute": ["cpu1"], "lift_slurm": ["cpu1"]}
    assert site.schedulers.slurm is None
    assert site.refreshed(host) == host


def test_a_host_that_was_to_be_removed_and_is_wanted_again_is_taken_back(site: Site) -> None:
    site.schedulers.slurm = "twinstack: removal"
    host = site.host(drain=True)
    assert site.update(site.refreshed(host), host) == host
    assert site.schedulers.slurm is None


def test_a_cordon_that_a_killed_run_left_in_kubernetes_is_found_and_lifted(site: Site, tmp_path: Path) -> None:
    site.schedulers.kubernetes = {NOTE: "twinstack: change of containerd"}
    host = site.host(**worker(tmp_path))
    state = site.refreshed(host)
    assert state["drift"] == {WORKER: {"found": ["cordoned: twinstack: change of containerd"]}}
    assert site.update(state, host) == host
    assert site.groups[-1] == {"kubernetes_worker": ["cpu1"], "lift_kubernetes": ["cpu1"]}
    assert site.schedulers.kubernetes is None
    assert site.refreshed(host) == host


def test_a_persons_drain_is_told_and_stays_also_when_the_host_is_changed(site: Site) -> None:
    site.schedulers.slurm = "bad fan"
    host = site.host(drain=True)
    assert site.refreshed(host) == host
    assert ("warning", CALL.urn, "host cpu1: node drained: bad fan (by root)") in site.log.said
    site.update(host, site.host("two\n", drain=True))
    assert "lift_slurm" in site.groups[-1]
    assert site.schedulers.slurm == "bad fan"


def test_a_persons_cordon_is_told_and_stays(site: Site, tmp_path: Path) -> None:
    site.schedulers.kubernetes = {}
    host = site.host(**worker(tmp_path))
    assert site.refreshed(host) == host
    assert ("warning", CALL.urn, "host cpu1: node cordoned") in site.log.said
    site.update({**host, "drift": {WORKER: {"found": ["kubelet.service stopped"]}}}, host)
    assert "lift_kubernetes" in site.groups[-1]
    assert site.schedulers.kubernetes == {}


def test_a_drain_of_maintenance_is_none_that_a_change_ends(site: Site) -> None:
    site.schedulers.slurm = "twinstack: maintenance"
    host = site.host(drain=True)
    site.update(host, site.host("two\n", drain=True))
    assert site.schedulers.slurm == "twinstack: maintenance"
    site.update(site.host("two\n", maintenance=True), site.host("two\n"))
    assert site.schedulers.slurm is None
