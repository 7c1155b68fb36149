from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.provider.manifests import CONF, KEY, host
from twinstack.provider.drift import Drift, difference, drift_of
from twinstack.provider.host_state import HostState
from twinstack.provider.node_states import Verdict
from twinstack.provider.store import Store

ROLE = "slurm-compute"
SILENT = Verdict(silence=("node down: Not responding",))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def drift(store: Store, words: list[str], verdict: Verdict | None = None, text: str = "") -> dict[str, Drift]:
    answer = {"roles": {ROLE: words}, "texts": {CONF: text} if text else {}}
    return drift_of(HostState.of(host(store)), (ROLE,), answer, {ROLE: verdict} if verdict else {}, store)


def test_nothing_found_is_no_drift(store: Store) -> None:
    assert drift(store, []) == {}


def test_a_changed_text_comes_with_what_up_will_do_to_it(store: Store) -> None:
    words = [f"{CONF} changed", f"{KEY} changed"]
    found = drift(store, words, text="one\nby hand\n")
    assert found[ROLE].found == (f"{CONF} changed\n@@ -1,2 +1 @@\n one\n-by hand", f"{KEY} changed")


def test_a_silent_node_is_restarted_only_where_nothing_else_explains_it(store: Store) -> None:
    assert drift(store, [], SILENT)[ROLE] == Drift(("node down: Not responding",), ("slurmd.service",))
    assert drift(store, ["slurmd.service stopped"], SILENT)[ROLE] == Drift(("slurmd.service stopped",))


def test_a_unit_that_did_its_work_once_does_it_again(store: Store) -> None:
    state = HostState.of(host(store, units=["gpu:keep.service", "slurm-compute:slurmd.service"]))
    words = {"gpu": ["2 of 2 GPUs without persistence mode"], ROLE: ["slurmd.service disabled"]}
    found = drift_of(state, ("gpu", ROLE), {"roles": words}, {}, store)
    assert {role: each.restart for role, each in found.items()} == {"gpu": ("keep.service",), ROLE: ()}


def test_what_roles_share_is_mended_by_the_first_of_them(store: Store) -> None:
    shared = "package slurm-client removed"
    units = ["slurm-controller:slurmctld.service", "slurm-compute:slurmd.service"]
    state = HostState.of(host(store, units=units))
    roles = ("base", ROLE, "slurm-controller")
    found = drift_of(state, roles, {"roles": {role: [shared] for role in roles}}, {}, store)
    assert found == {"slurm-controller": Drift((shared,))}


def test_a_fault_is_told_beside_what_was_found(store: Store) -> None:
    found = drift(store, ["slurmd.service disabled"], Verdict(faults=("node drained: twinstack: x",)))
    assert found[ROLE].found == ("slurmd.service disabled", "node drained: twinstack: x")


def test_a_persons_decision_is_no_drift(store: Store) -> None:
    assert drift(store, [], Verdict(decisions=("node drained: bad dimm",))) == {}


def test_a_long_difference_is_cut() -> None:
    lines = difference("", "\n".join(map(str, range(100)))).split("\n")
    assert (len(lines), lines[-1]) == (41, "...")
