"""Ansible module: QOS, accounts and associations of Slurm's accounting database, many in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_accounting import (
    ASSOCIATION_FIELDS,
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
module: slurm_entity
short_description: Objects of Slurm's accounting database
description:
  - Compares each object with what sacctmgr shows and adds, modifies or deletes it; an object as wanted is left alone.
  - One that sacctmgr refuses does not keep the others from being brought about; the task fails when there was any.
options:
  entities:
    description:
      - Objects in any order. Each has C(kind) (qos, account, association) and C(present).
      - "qos: name, description, priority, preempt (list), maxJobsPerUser."
      - "account: name, cluster, description, organization, fairshare, qos (list), defaultQos."
      - "association: user, account, cluster, coordinator, default."
      - A setting that is not given is removed where it is a limit, and left alone otherwise.
    type: list
    elements: dict
    required: true
author: [twinstack]
"""

RETURN = """
twinstack:
  description: C(problems), one text an object in the given order, empty where there was none.
  type: dict
  returned: always
"""


def qos(database: Database, entity: Entity) -> bool:
    """Bring a QOS, which `add_missing_qos` has made, to its settings; whether it had to be changed."""
    found = [row for row in database.rows("qos", QOS_FIELDS) if row["name"] == entity["name"]]
    if not entity["present"]:
        return _deleted(database, "qos", found, name=entity["name"])
    changes = differing(qos_settings(entity), found[0] if found else {})
    if changes:
        database.modify("qos", {"name": entity["name"]}, changes)
    return bool(changes)


def add_missing_qos(database: Database, entities: Sequence[Entity]) -> bool:
    """Add QOS before any is told which others it preempts; whether there were any to add."""
    wanted = [entity["name"] for entity in entities if entity["kind"] == "qos" and entity["present"]]
    known = {row["name"] for row in database.rows("qos", ("name",))} if wanted else set()
    missing = [name for name in wanted if name not in known]
    for name in missing:
        database.add("qos", name=name)
    return bool(missing)


def account(database: Database, entity: Entity) -> bool:
    """Bring an account about; whether it had to be changed."""
    name, cluster = entity["name"], entity["cluster"]
    here = _associations(database, cluster)
    found = [row for row in here if row["account"] == name and not row["user"]]
    if not entity["present"]:
        return _deleted(database, "account", found, name=name, cluster=cluster)
    registered = _registered(database, cluster)
    if not found:
        database.add("account", name=name, cluster=cluster)
    described = _described(database, entity)
    changes = differing(account_settings(entity), found[0] if found else {})
    if changes:
        database.modify("account", {"name": name, "cluster": cluster}, changes)
    return registered or described or bool(changes) or not found


def _described(database: Database, entity: Entity) -> bool:
    fields = ("account", "description", "organization")
    found = [row for row in database.rows("account", fields) if row["account"] == entity["name"]]
    changes = differing({key: entity[key] for key in fields[1:]}, found[0] if found else {})
    if changes:
        database.modify("account", {"name": entity["name"]}, changes)
    return bool(changes)


def association(database: Database, entity: Entity) -> bool:
    """Bring a user's association with an account about; whether it had to be changed."""
    user, name, cluster = entity["user"], entity["account"], entity["cluster"]
    accounts = [row["account"] for row in _associations(database, cluster) if row["user"] == user]
    if not entity["present"]:
        return _parted(database, user, name, cluster, accounts)
    if name not in accounts:
        database.add("user", name=user, account=name, cluster=cluster)
    default = bool(entity.get("default")) and _defaulted(database, user, name, cluster)
    return _coordinated(database, entity) or default or name not in accounts


def _parted(database: Database, user: str, name: str, cluster: str, accounts: Sequence[str]) -> bool:
    """End an association: the default account is passed on first, for sacctmgr deletes no default."""
    if name not in accounts:
        return False
    others = [other for other in accounts if other != name]
    if not others:
        database.delete("user", name=user, cluster=cluster)
        return True
    if _default_of(database, user, cluster) == name:
        database.modify("user", {"name": user, "cluster": cluster}, {"defaultaccount": others[0]})
    database.delete("user", name=user, account=name, cluster=cluster)
    return True


def _defaulted(database: Database, user: str, name: str, cluster: str) -> bool:
    if _default_of(database, user, cluster) == name:
        return False
    database.modify("user", {"name": user, "cluster": cluster}, {"defaultaccount": name})
    return True


def _default_of(database: Database, user: str, cluster: str) -> str:
    rows = database.rows("user", ("user", "defaultaccount"), f"user={user}", "withassoc", f"cluster={cluster}")
    return next((row["defaultaccount"] for row in rows if row["user"] == user), "")


def _coordinated(database: Database, entity: Entity) -> bool:
    rows = database.rows("account", ("account", "coordinators"), "withcoordinator")
    coordinators = next((row["coordinators"] for row in rows if row["account"] == entity["account"]), "").split(",")
    if bool(entity.get("coordinator")) == (entity["user"] in coordinators):
        return False
    verb = "add" if entity.get("coordinator") else "delete"
    database.ask(verb, "coordinator", f"account={entity['account']}", f"names={entity['user']}")
    return True


def _associations(database: Database, cluster: str) -> list[dict[str, str]]:
    return database.rows("associations", ASSOCIATION_FIELDS, f"cluster={cluster}")


def _registered(database: Database, cluster: str) -> bool:
    """A cluster is registered by its controller, which may not have started yet."""
    if any(row["cluster"] == cluster for row in database.rows("cluster", ("cluster",))):
        return False
    database.add("cluster", name=cluster)
    return True


def _deleted(database: Database, what: str, found: Sequence[object], **where: str) -> bool:
    if found:
        database.delete(what, **where)
    return bool(found)


KINDS: Mapping[str, Callable[[Database, Entity], bool]] = {"qos": qos, "account": account, "association": association}


def dry(ask: Ask) -> Ask:
    """The same questions, but nothing is added, modified or deleted."""
    return lambda *words: ask(*words) if "list" in words else ""


def order(entities: Sequence[Entity]) -> list[int]:
    """Indices such that objects exist before others name them: made in the order of KINDS, deleted in reverse."""
    ranks = {kind: rank for rank, kind in enumerate(KINDS)}

    def rank(index: int) -> tuple[bool, int]:
        entity = entities[index]
        return entity["present"], ranks[entity["kind"]] * (1 if entity["present"] else -1)

    return sorted(range(len(entities)), key=rank)


def bring(entities: Sequence[Entity], ask: Ask) -> tuple[bool, list[str]]:
    """Bring all objects about: whether anything changed, and for each what was wrong."""
    database, problems = Database(ask), [""] * len(entities)
    changed = add_missing_qos(database, entities)
    for index in order(entities):
        entity = entities[index]
        try:
            changed |= KINDS[entity["kind"]](database, entity)
        except RefusedError as error:
            problems[index] = str(error)
    return changed, problems


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={"entities": {"type": "list", "elements": "dict", "required": True}}, supports_check_mode=True
    )
    changed, problems = bring(module.params["entities"], dry(sacctmgr) if module.check_mode else sacctmgr)
    answer = {"changed": changed, "twinstack": {"problems": problems}}
    if any(problems):
        module.fail_json(msg="; ".join(problem for problem in problems if problem), **answer)
    module.exit_json(**answer)


if __name__ == "__main__":
    main()
