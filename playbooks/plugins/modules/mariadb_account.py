"""Ansible module: a MariaDB database and the one account that owns it."""

from __future__ import annotations

import re
from typing import Any, Callable, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_turns import Busy, turn

DOCUMENTATION = """
module: mariadb_account
short_description: A database and the local account that owns it
description:
  - Starts the server's unit when it does not run, and speaks to it as its administrator through the socket.
  - Statements go to the client's standard input, and the password comes as its hash only, so that it is seen in no
    list of processes, log or history.
  - Called through the action plugin of the same name, which hashes the password.
options:
  unit:
    description: The unit of the server.
    type: str
    default: mariadb.service
  database:
    description: Name of the database.
    type: str
    required: true
  user:
    description: Name of the account, which may come from this host only.
    type: str
    required: true
  password_hash:
    description: The password as the plugin C(mysql_native_password) keeps it.
    type: str
    required: true
author: [twinstack]
"""

RETURN = """
statements:
  description: What was missing, without the password.
  type: list
  returned: always
"""

IDENTIFIER = re.compile(r"[A-Za-z0-9_]+")
HASH = re.compile(r"\*[0-9A-F]{40}")
HOST = "localhost"


class Failed(Exception):  # noqa: N818
    """A command that failed."""


class Wanted(NamedTuple):
    """The database and its owner."""

    database: str
    user: str
    password_hash: str


class Statement(NamedTuple):
    """A statement and what may be shown of it."""

    text: str
    shown: str


def question(wanted: Wanted) -> str:
    """Statements that print a line for each thing that is there: database, hash of the account, grant."""
    account = f"User = '{wanted.user}' AND Host = '{HOST}'"
    return (
        f"SELECT 'database' FROM information_schema.schemata WHERE schema_name = '{wanted.database}';\n"  # noqa: S608 (see refuse_odd)
        f"SELECT JSON_VALUE(Priv, '$.authentication_string') FROM mysql.global_priv WHERE {account};\n"
        f"SELECT 'grant' FROM mysql.db WHERE Db = '{wanted.database}' AND Create_priv = 'Y' AND {account};\n"
    )


def missing(wanted: Wanted, answer: list[str]) -> list[Statement]:
    """The statements that bring the server from its answer to what is wanted."""
    account = f"'{wanted.user}'@'{HOST}'"
    found = []
    if "database" not in answer:
        found.append(Statement(*[f"CREATE DATABASE IF NOT EXISTS {wanted.database};"] * 2))
    if wanted.password_hash not in answer:
        found.append(Statement(*[f"CREATE USER IF NOT EXISTS {account};"] * 2))
        alter = f"ALTER USER {account} IDENTIFIED VIA mysql_native_password USING"
        found.append(Statement(f"{alter} '{wanted.password_hash}';", f"{alter} ...;"))
    if "grant" not in answer:
        found.append(Statement(*[f"GRANT ALL PRIVILEGES ON {wanted.database}.* TO {account};"] * 2))
    return found


def refuse_odd(wanted: Wanted) -> None:
    """Names and hash become part of statements: nothing but the plain alphabet.

    Raises:
        Failed: one of them has other characters.
    """
    for name in (wanted.database, wanted.user):
        if not IDENTIFIER.fullmatch(name):
            raise Failed(f"'{name}' is no plain name for a database or an account")
    if not HASH.fullmatch(wanted.password_hash):
        raise Failed("password_hash is not of mysql_native_password's form")


def client(module: AnsibleModule) -> Callable[[str], list[str]]:
    """Give statements to the server, get lines."""

    def run(statements: str) -> list[str]:
        code, out, err = module.run_command(["mariadb", "--batch", "--skip-column-names"], data=statements)
        if code:
            raise Failed(f"mariadb refused a statement: {err.strip()}")
        return str(out).splitlines()

    return run


def is_running(module: AnsibleModule, unit: str) -> bool:
    """Whether the server's unit is active."""
    return bool(module.run_command(["systemctl", "is-active", "--quiet", unit])[0] == 0)


def start(module: AnsibleModule, unit: str) -> None:
    """Start the server; its unit is active when the server answers (Type=notify)."""
    code, _, err = module.run_command(["systemctl", "start", unit])
    if code:
        raise Failed(f"systemctl start {unit} failed: {err.strip()}")


def settle(module: AnsibleModule) -> dict[str, Any]:
    """Bring database and account where they should be; say what was missing."""
    parameters = module.params
    wanted = Wanted(parameters["database"], parameters["user"], parameters["password_hash"])
    refuse_odd(wanted)
    ask = client(module)
    if not is_running(module, parameters["unit"]):
        if module.check_mode:
            return {"changed": True, "statements": [statement.shown for statement in missing(wanted, [])]}
        start(module, parameters["unit"])
    statements = missing(wanted, ask(question(wanted)))
    if statements and not module.check_mode:
        ask("\n".join(statement.text for statement in statements))
    return {"changed": bool(statements), "statements": [statement.shown for statement in statements]}


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "unit": {"type": "str", "default": "mariadb.service"},
            "database": {"type": "str", "required": True},
            "user": {"type": "str", "required": True},
            "password_hash": {"type": "str", "required": True, "no_log": True},
        },
        supports_check_mode=True,
    )
    try:
        with turn("making a database account"):
            result = settle(module)
    except (Busy, Failed) as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
