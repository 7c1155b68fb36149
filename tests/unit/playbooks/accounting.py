"""A pretended accounting database."""

from __future__ import annotations

from dataclasses import dataclass, field

from playbooks.plugins.modules.slurm_entity import RefusedError

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
