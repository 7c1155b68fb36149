"""Action plugin: hashes the account's password on the operator's side, so that only the hash leaves it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

# slurmdbd.conf takes a value up to the next blank, quote, comment or escape, and shows the rest in its log.
PLAIN = re.compile(r"[!-~]+")
MEANINGFUL = frozenset("\"#\\'")


def native_hash(password: str) -> str:
    """The form in which MariaDB's mysql_native_password keeps a password."""
    inner = hashlib.sha1(password.encode()).digest()  # noqa: S324 (the server's own format)
    return "*" + hashlib.sha1(inner).hexdigest().upper()  # noqa: S324 (as above)


def password_of(path: str | None, name: str) -> str:
    """The value of the stack secret that is the password."""
    secrets = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    if not secrets.get(name):
        raise AnsibleActionFail(f"secret '{name}' is not set (pulumi config set --secret {name} ...)")
    password = str(secrets[name])
    if not PLAIN.fullmatch(password) or MEANINGFUL & set(password):
        raise AnsibleActionFail(
            f"secret '{name}' must be of ASCII letters, digits and signs other than blanks, quotes, # and \\: "
            "slurmdbd.conf cannot hold it"
        )
    return password


class ActionModule(ActionBase):
    """Makes a database and its account."""

    _VALID_ARGS = frozenset({"unit", "database", "user", "password_secret"})
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Hash the password and hand it to the module of the same name."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = dict(self._task.args)
        password = password_of(variables.get("twinstack_secrets_path"), arguments.pop("password_secret"))
        result: dict[str, Any] = self._execute_module(
            module_name="mariadb_account",
            module_args={**arguments, "password_hash": native_hash(password)},
            task_vars=variables,
        )
        result.pop("invocation", None)
        return result
