"""Shows that a secret reached the run: puts its digest, never itself, on the host's command line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _VALID_ARGS = frozenset({"name"})

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        secrets = json.loads(Path((task_vars or {})["twinstack_secrets_path"]).read_text())
        digest = hashlib.sha256(secrets[self._task.args["name"]].encode()).hexdigest()
        self._connection.exec_command(f"secret {digest}")
        return {"changed": True}
