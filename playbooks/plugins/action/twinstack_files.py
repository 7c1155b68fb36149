"""Action plugin: fills in the texts of a role's files on the operator's side, secrets in memory only."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

MARK = re.compile(r"@secret:([A-Za-z0-9._-]+)@")


def secret(secrets: dict[str, str], name: str) -> str:
    """The value of a stack secret."""
    if name not in secrets:
        raise AnsibleActionFail(f"secret '{name}' is not set (pulumi config set --secret {name} ...)")
    return secrets[name]


def text_of(file: dict[str, Any], secrets: dict[str, str]) -> str:
    """The text of a file: its artefact's or its own with marks filled in, or a secret's value plus a newline."""
    if file.get("src"):
        text = Path(file["src"]).read_text(encoding="utf-8")
    elif file.get("content") is not None:
        text = file["content"]
    elif file.get("secret"):
        return secret(secrets, file["secret"]) + "\n"
    else:
        raise AnsibleActionFail(f"{file['dest']}: neither src nor content nor secret is given")
    return MARK.sub(lambda mark: secret(secrets, mark[1]), text) if file.get("secret") else text


def split(files: list[dict[str, Any]], secrets: dict[str, str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Files with their texts, the texts of secret ones apart, by destination."""
    kept = ("dest", "owner", "group", "mode", "restarts", "reloads", "validate")
    texts = {file["dest"]: text_of(file, secrets) for file in files}
    hidden = {file["dest"]: texts[file["dest"]] for file in files if file.get("secret")}
    shown = [
        {**{key: file.get(key) for key in kept}, "content": None if file["dest"] in hidden else texts[file["dest"]]}
        for file in files
    ]
    return shown, hidden


class ActionModule(ActionBase):
    """Places all directories and files of a role of `twinstack_roles`."""

    _VALID_ARGS = frozenset({"role"})
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read the texts and hand them to the module of the same name."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = self.arguments(self._task.args["role"], variables)
        result: dict[str, Any] = self._execute_module("twinstack_files", arguments, task_vars=variables)
        # The arguments are whole files: they would only swell the events of the run.
        result.pop("invocation", None)
        return result

    def arguments(self, role: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The module's arguments: what the role places, texts and all."""
        wanted = variables["twinstack_roles"][role]
        files, hidden = split(wanted.get("files") or [], self._secrets(variables))
        return {
            "role": role,
            "directories": wanted.get("directories") or [],
            "files": files,
            "secrets": hidden,
            "leaving": wanted.get("leaving") or [],
            "digest": wanted.get("digest"),
        }

    def _secrets(self, variables: dict[str, Any]) -> dict[str, str]:
        path = variables.get("twinstack_secrets_path")
        return dict(json.loads(Path(path).read_text(encoding="utf-8"))) if path else {}
