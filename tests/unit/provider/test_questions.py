from __future__ import annotations

from pathlib import Path

from tests.unit.provider.manifests import host
from twinstack.provider.expected import Expected
from twinstack.provider.host_state import HostState
from twinstack.provider.questions import questions
from twinstack.provider.store import Store

PLANE = {"params": {"labels": {"tier": "web"}, "own_labels": {"rack": "r1"}, "taints": [{"key": "a"}]}}


def state(folder: Path, name: str, *sides: str) -> HostState:
    controllers = {side: {"name": "ctl1", "address": "10.0.0.9", "hostKey": "ssh-ed25519 CCC"} for side in sides}
    return HostState.of(host(Store(folder), name=name, controllers=controllers))


def test_each_controller_is_asked_once_about_all_its_nodes(tmp_path: Path) -> None:
    both = Expected({"slurm-compute": {"params": {}}, "kubernetes-worker": PLANE}, {})
    hosts = [state(tmp_path, name, "slurm", "kubernetes") for name in ("cpu1", "cpu2")]
    found = questions(hosts, {"cpu1": both, "cpu2": Expected({"slurm-compute": {"params": {}}}, {})})
    plain = {"labels": {}, "taints": []}
    assert found.of == {
        "ctl1": {
            "slurm": {"cpu1": plain, "cpu2": plain},
            "kubernetes": {"cpu1": {"labels": {"tier": "web", "rack": "r1"}, "taints": [{"key": "a"}]}},
        }
    }
    assert set(found.controllers) == {"ctl1"}
    assert found.role_of["kubernetes", "cpu1"] == "kubernetes-worker"


def test_a_host_whose_node_role_is_not_in_place_is_not_asked_about(tmp_path: Path) -> None:
    found = questions([state(tmp_path, "cpu1", "slurm")], {"cpu1": Expected({"base": {"params": {}}}, {})})
    assert (found.of, found.controllers) == ({}, {})
