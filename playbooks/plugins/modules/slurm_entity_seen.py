"""Ansible module: how objects of Slurm's accounting database differ from what they should be; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_accounting import (
    ACCOUNT_FIELDS,
    ASSOCIATION_FIELDS,
    NO_LIMIT,
    QOS_FIELDS,
    Ask,
    Database,
    Entity,
    RefusedError,
    account_settings,
    differing,
    qos_settings,
    sacctmgr,
)

DOCUMENTATION = """
module: slurm_entity_seen
short_description: Look at objects of Slurm's accounting database
description:
  - Asks sacctmgr once for each kind of object, however many there are.
options:
  entities:
    description: Objects as M(slurm_entity) takes them.
    type: list
    elements: dict
    required: true
author: [twinstack]
"""

RETURN = """
twinstack:
  description:
    - C(seen), one an object in the given order, with C(there) and the settings that are C(other) than given.
  type: dict
  returned: always
"""

Found = Mapping[str, Any]


class Seen:
    """The whole database as it is listed, each list once."""

    def __init__(self, ask: Ask) -> None:
        self._database = Database(ask)
        self._lists: dict[tuple[str, ...], list[dict[str, str]]] = {}

    def rows(self, what: str, fields: Sequence[str], *where: str) -> list[dict[str, str]]:
        """What sacctmgr lists."""
        key = (what, *fields, *where)
        if key not in self._lists:
            self._lists[key] = self._database.rows(what, fields, *where)
        return self._lists[key]

    def row(self, what: str, fields: Sequence[str], *where: str, **wanted: str) -> dict[str, str] | None:
        """The one row with these values."""
        rows = self.rows(what, fields, *where)
        return next((row for row in rows if all(row[key] == value for key, value in wanted.items())), None)

    def qos(self, entity: Entity) -> Found | None:
        """What a QOS has that it should not."""
        found = self.row("qos", QOS_FIELDS, name=entity["name"])
        return None if found is None else plain(differing(qos_settings(entity), found), found)

    def account(self, entity: Entity) -> Found | None:
        """What an account has that it should not."""
        name = entity["name"]
        here = self.row("associations", ASSOCIATION_FIELDS, f"cluster={entity['cluster']}", account=name, user="")
        if here is None:
            return None
        described = self.row("account", ACCOUNT_FIELDS, account=name) or {}
        words = {key: entity[key] for key in ACCOUNT_FIELDS[1:]}
        return {
            **plain(differing(account_settings(entity), here), here),
            **plain(differing(words, described), described),
        }

    def association(self, entity: Entity) -> Found | None:
        """Whether somebody coordinates an account, or has it as the default, though not meant to, or the reverse."""
        user, name, cluster = entity["user"], entity["account"], f"cluster={entity['cluster']}"
        if self.row("associations", ASSOCIATION_FIELDS, cluster, account=name, user=user) is None:
            return None
        coordinated = self.row("account", ("account", "coordinators"), "withcoordinator", account=name) or {}
        coordinates = user in coordinated.get("coordinators", "").split(",")
        other = {} if coordinates == bool(entity.get("coordinator")) else {"coordinator": coordinates}
        if entity.get("default") and not self._is_default(user, name, cluster):
            other["default"] = False
        return other

    def _is_default(self, user: str, name: str, cluster: str) -> bool:
        row = self.row("user", ("user", "defaultaccount"), "withassoc", cluster, user=user, defaultaccount=name)
        return row is not None


NAMES = {"maxjobsperuser": "maxJobsPerUser", "defaultqos": "defaultQos"}
LISTS = frozenset({"preempt", "qos"})
NUMBERS = frozenset({"priority", "fairshare", "maxjobsperuser"})


def plain(other: Mapping[str, str], found: Mapping[str, str]) -> dict[str, Any]:
    """Settings that are other than wanted, as they were found, by the names and in the types of the wanted."""
    return {NAMES.get(key, key): value_of(key, found.get(key, "")) for key in other}


def value_of(key: str, text: str) -> object:
    """A value from sacctmgr's text; no limit is None."""
    if key in LISTS:
        return [part for part in text.split(",") if part]
    if key in NUMBERS:
        return int(text) if text.isdigit() else None
    return None if text in {"", NO_LIMIT} else text


def look(entities: Sequence[Entity], ask: Ask) -> list[dict[str, Any]]:
    """For each object whether it is there, and what is other than given."""
    seen = Seen(ask)
    kinds: Mapping[str, Callable[[Entity], Found | None]] = {
        "qos": seen.qos,
        "account": seen.account,
        "association": seen.association,
    }
    found = [kinds[entity["kind"]](entity) for entity in entities]
    return [{"there": other is not None, "other": other or {}} for other in found]


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={"entities": {"type": "list", "elements": "dict", "required": True}}, supports_check_mode=True
    )
    try:
        module.exit_json(changed=False, twinstack={"seen": look(module.params["entities"], sacctmgr)})
    except RefusedError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
