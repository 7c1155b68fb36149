"""Action plugin: adds the digests of secret files, which are in memory only, to what a host is compared with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase


def with_digests(roles: dict[str, Any], digests: dict[str, str], host: str) -> dict[str, Any]:
    """Roles whose secret files have their digests too; those are kept as `host:path`."""
    return {
        name: {**role, "files": [{**file, "sha256": digest_of(file, digests, host)} for file in role["files"]]}
        for name, role in roles.items()
    }


def digest_of(file: dict[str, Any], digests: dict[str, str], host: str) -> str | None:
    """The digest of a file's text, None where nobody knows it."""
    return file.get("sha256") or digests.get(f"{host}:{file['dest']}")


class ActionModule(ActionBase):
    """Observes all roles of `twinstack_observed`, and asks the schedulers of `twinstack_ask`."""

    _VALID_ARGS = frozenset()
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the digests and hand all to the module of the same name."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        path = variables.get("twinstack_secrets_path")
        digests = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
        roles = with_digests(variables.get("twinstack_observed") or {}, digests, variables["inventory_hostname"])
        result: dict[str, Any] = self._execute_module(
            module_name="twinstack_observe",
            module_args={"roles": roles, "ask": variables.get("twinstack_ask") or {}},
            task_vars=variables,
        )
        result.pop("invocation", None)
        return result
