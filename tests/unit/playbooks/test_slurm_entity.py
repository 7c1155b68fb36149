from __future__ import annotations

from typing import Any

import pytest

from playbooks.plugins.modules.slurm_entity import Database, bring, differing, dry, order
from tests.unit.playbooks.accounting import Sacctmgr


def qos(name: str, priority: int = 1, preempt: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    settings = {"description": f"QOS {name}", "priority": priority, "preempt": list(preempt)}
    return {"kind": "qos", "present": True, "name": name, **settings, **more}


def account(name: str, fairshare: int = 1, qos: tuple[str, ...] = ("normal",), **more: Any) -> dict[str, Any]:
    settings = {"description": f"Project {name}", "organization": "HPC", "fairshare": fairshare}
    listed = {"qos": list(qos), "defaultQos": qos[0]}
    return {"kind": "account", "present": True, "name": name, "cluster": "hpc", **settings, **listed, **more}


def association(
    user: str, name: str, *, coordinator: bool = False, default: bool = False, **more: Any
) -> dict[str, Any]:
    rights = {"coordinator": coordinator, "default": default}
    return {"kind": "association", "present": True, "user": user, "account": name, "cluster": "hpc", **rights, **more}


PROJECT = [
    association("ana", "climate", coordinator=True, default=True),
    account("climate", 60, ("urgent", "normal")),
    qos("urgent", 1000, ("later",), maxJobsPerUser=4),
    qos("later"),
]


def absent(entity: dict[str, Any]) -> dict[str, Any]:
    return {**entity, "present": False}


def test_a_project_is_made_in_whatever_order_it_is_given_and_found_as_it_was_made() -> None:
    database = Sacctmgr()
    assert bring(PROJECT, database) == (True, [""] * 4)
    assert database.qos["urgent"] == {
        "description": "qos urgent",
        "priority": "1000",
        "preempt": "later",
        "maxjobsperuser": "4",
    }
    assert database.accounts["climate"]["qos"] == "urgent,normal"
    assert database.coordinators == {"climate": ["ana"]}
    assert database.clusters == ["hpc"]
    database.changes.clear()
    assert bring(PROJECT, database) == (False, [""] * 4)
    assert database.changes == []


def test_only_what_differs_is_modified_and_a_limit_no_longer_wanted_is_lifted() -> None:
    database = Sacctmgr()
    bring(PROJECT, database)
    database.changes.clear()
    assert bring([qos("urgent", 1000, ("later",)), account("climate", 50, ("urgent", "normal"))], database)[0]
    assert database.changes == [
        "modify qos where name=urgent set maxjobsperuser=-1",
        "modify account where name=climate cluster=hpc set fairshare=50",
    ]


def test_one_that_is_refused_does_not_keep_the_others_back() -> None:
    database = Sacctmgr()
    changed, problems = bring([account("bad", 1, ("nosuch",)), account("good")], database)
    assert changed
    assert problems == ["bad qos nosuch", ""]
    assert database.accounts["good"]["fairshare"] == "1"


def test_a_project_goes_with_all_that_is_below_it_and_only_once() -> None:
    database = Sacctmgr()
    bring(PROJECT, database)
    going = [absent(entity) for entity in reversed(PROJECT)]
    assert bring(going, database) == (True, [""] * 4)
    assert (list(database.qos), database.accounts, database.users) == (["normal"], {}, {})
    assert bring(going, database) == (False, [""] * 4)


def test_a_default_account_is_passed_on_before_it_goes() -> None:
    database = Sacctmgr()
    bring([account("a"), account("b"), association("ana", "a", default=True), association("ana", "b")], database)
    assert bring([absent(association("ana", "a"))], database) == (True, [""])
    assert database.defaults == {"ana": "b"}
    assert list(database.users) == [("ana", "b")]


def test_who_is_no_longer_coordinator_stays_a_member() -> None:
    database = Sacctmgr()
    bring([account("a"), association("ana", "a", coordinator=True)], database)
    bring([association("ana", "a")], database)
    assert database.coordinators == {"a": []}
    assert ("ana", "a") in database.users


def test_the_default_account_follows_the_inventory() -> None:
    database = Sacctmgr()
    bring([account("a"), account("b"), association("ana", "a"), association("ana", "b", default=True)], database)
    assert database.defaults == {"ana": "b"}


def test_a_check_changes_nothing_and_says_that_it_would() -> None:
    database = Sacctmgr()
    assert bring(PROJECT, dry(database)) == (True, [""] * 4)
    assert database.changes == []


def test_objects_exist_before_they_are_named() -> None:
    entities = [association("u", "a"), absent(qos("q")), account("a"), qos("p"), absent(association("u", "b"))]
    assert [(entities[i]["kind"], entities[i]["present"]) for i in order(entities)] == [
        ("association", False),
        ("qos", False),
        ("qos", True),
        ("account", True),
        ("association", True),
    ]


@pytest.mark.parametrize(
    ("wanted", "found", "differs"),
    [("a,b", "b,a", False), ("-1", "", False), ("QOS x", "qos x", False), ("", "a", True), ("4", "", True)],
)
def test_settings_are_compared_as_sacctmgr_keeps_them(wanted: str, found: str, differs: bool) -> None:  # noqa: FBT001
    assert bool(differing({"key": wanted}, {"key": found})) is differs


def test_rows_are_read_by_field() -> None:
    assert Database(lambda *_words: "normal|0\nurgent|9\n").rows("qos", ("name", "priority")) == [
        {"name": "normal", "priority": "0"},
        {"name": "urgent", "priority": "9"},
    ]
