from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from playbooks.plugins.modules.slurm_entity import Database, RefusedError, bring, differing, dry, order

Row = dict[str, str]


@dataclass
class Sacctmgr:
    """The accounting database behind sacctmgr's command line; refuses commands that it was not told of."""

    qos: dict[str, Row] = field(default_factory=lambda: {"normal": {"priority": "0"}})
    accounts: dict[str, Row] = field(default_factory=dict)
    users: dict[tuple[str, str], Row] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    coordinators: dict[str, list[str]] = field(default_factory=dict)
    clusters: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def __call__(self, *words: str) -> str:
        if "list" in words:
            return self._list(*words[words.index("list") + 1 :])
        self.changes.append(" ".join(words))
        verb, what, *rest = words
        given = dict(word.split("=", 1) for word in rest if "=" in word)
        getattr(self, f"_{verb}")(what, given, rest)
        return ""

    def _list(self, what: str, *words: str) -> str:
        fields = next(word for word in words if word.startswith("format=")).removeprefix("format=").split(",")
        rows = getattr(self, f"_rows_{what}")()
        return "".join("|".join(row.get(key, "") for key in fields) + "\n" for row in rows)

    def _rows_qos(self) -> list[Row]:
        return [{"name": name, **row} for name, row in self.qos.items()]

    def _rows_account(self) -> list[Row]:
        coordinators = self.coordinators
        return [
            {"account": name, "coordinators": ",".join(coordinators.get(name, [])), **row}
            for name, row in self.accounts.items()
        ]

    def _rows_associations(self) -> list[Row]:
        own = [{"account": name, "user": "", **row} for name, row in self.accounts.items()]
        return own + [{"account": account, "user": user} for user, account in self.users]

    def _rows_user(self) -> list[Row]:
        return [{"user": user, "defaultaccount": account} for user, account in self.defaults.items()]

    def _rows_cluster(self) -> list[Row]:
        return [{"cluster": name} for name in self.clusters]

    def _add(self, what: str, given: Row, _rest: list[str]) -> None:
        match what:
            case "cluster":
                self.clusters.append(given["name"])
            case "qos":
                self.qos[given["name"]] = {"priority": "0"}
            case "account":
                assert given["cluster"] in self.clusters
                self.accounts[given["name"]] = {"fairshare": "1", "qos": "normal"}
            case "user":
                self.users[given["name"], given["account"]] = {}
                self.defaults.setdefault(given["name"], given["account"])
            case "coordinator":
                self.coordinators.setdefault(given["account"], []).append(given["names"])

    def _modify(self, what: str, given: Row, rest: list[str]) -> None:
        settings = dict(word.split("=", 1) for word in rest[rest.index("set") + 1 :])
        match what:
            case "qos":
                self.qos[given["name"]] |= self._known(settings)
            case "account":
                self.accounts[given["name"]] |= self._known(settings)
            case "user":
                self.defaults[given["name"]] = settings["defaultaccount"]

    def _known(self, settings: Row) -> Row:
        """Values as sacctmgr keeps them: small letters, no limit as nothing, QOS that exist."""
        named = [name for key in ("qos", "preempt") for name in settings.get(key, "").split(",") if name]
        if unknown := [name for name in named if name not in self.qos]:
            raise RefusedError(f"bad qos {unknown[0]}")
        return {key: "" if value == "-1" else value.lower() for key, value in settings.items()}

    def _delete(self, what: str, given: Row, _rest: list[str]) -> None:
        match what:
            case "qos":
                del self.qos[given["name"]]
            case "account":
                del self.accounts[given["name"]]
            case "user" if "account" in given:
                if self.defaults[given["name"]] == given["account"]:
                    raise RefusedError("it is the default account")
                del self.users[given["name"], given["account"]]
            case "user":
                self.users = {key: row for key, row in self.users.items() if key[0] != given["name"]}
                del self.defaults[given["name"]]
            case "coordinator":
                self.coordinators[given["account"]].remove(given["names"])


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
