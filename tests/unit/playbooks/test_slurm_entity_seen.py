from __future__ import annotations

from typing import Any

import pytest

from playbooks.plugins.modules.slurm_entity import bring
from playbooks.plugins.modules.slurm_entity_seen import look, value_of
from tests.unit.playbooks.accounting import Sacctmgr

NORMAL = {"kind": "qos", "present": True, "name": "normal", "description": "QOS normal", "priority": 1}
URGENT = {**NORMAL, "name": "urgent", "priority": 9, "preempt": ["normal"], "maxJobsPerUser": 4}
CLIMATE = {
    "kind": "account",
    "present": True,
    "name": "climate",
    "cluster": "hpc",
    "description": "Climate",
    "organization": "hpc",
    "fairshare": 60,
    "qos": ["normal", "urgent"],
    "defaultQos": "normal",
}
ANA = {
    "kind": "association",
    "present": True,
    "user": "ana",
    "account": "climate",
    "cluster": "hpc",
    "coordinator": True,
    "default": True,
}
ALL: list[dict[str, Any]] = [NORMAL, URGENT, CLIMATE, ANA]
FINE = {"there": True, "other": {}}
GONE = {"there": False, "other": {}}


@pytest.fixture
def sacctmgr() -> Sacctmgr:
    made = Sacctmgr()
    bring(ALL, made)
    made.changes.clear()
    return made


def test_what_was_brought_about_is_found_as_wanted_and_nothing_is_changed(sacctmgr: Sacctmgr) -> None:
    assert look(ALL, sacctmgr) == [FINE] * 4
    assert sacctmgr.changes == []


def test_settings_that_somebody_changed_come_back_in_the_types_of_the_wanted(sacctmgr: Sacctmgr) -> None:
    sacctmgr.qos["urgent"] |= {"priority": "5", "preempt": "", "maxjobsperuser": ""}
    sacctmgr.accounts["climate"] |= {"fairshare": "1", "qos": "normal"}
    sacctmgr.coordinators["climate"] = []
    sacctmgr.defaults["ana"] = "other"
    assert [one["other"] for one in look(ALL, sacctmgr)] == [
        {},
        {"priority": 5, "preempt": [], "maxJobsPerUser": None},
        {"fairshare": 1, "qos": ["normal"]},
        {"coordinator": False, "default": False},
    ]


def test_objects_that_are_gone_are_told(sacctmgr: Sacctmgr) -> None:
    sacctmgr.qos.pop("urgent")
    sacctmgr.users.clear()
    sacctmgr.accounts.clear()
    assert look(ALL, sacctmgr) == [FINE, GONE, GONE, GONE]


def test_each_kind_is_asked_for_once_however_many_objects_there_are(sacctmgr: Sacctmgr) -> None:
    asked: list[str] = []

    def ask(*words: str) -> str:
        asked.append(" ".join(words))
        return sacctmgr(*words)

    look(ALL * 50, ask)
    assert len(asked) == len(set(asked)) == 5


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [("preempt", "b,a", ["b", "a"]), ("priority", "7", 7), ("maxjobsperuser", "-1", None), ("defaultqos", "", None)],
)
def test_values(key: str, text: str, value: object) -> None:
    assert value_of(key, text) == value
