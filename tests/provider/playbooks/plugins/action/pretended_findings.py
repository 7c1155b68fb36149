"""Answers for a pretended host: what record/found.json says of its roles; of schedulers what is said of `slurm`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

FOUND = Path(__file__).parents[2] / "record" / "found.json"


class ActionModule(ActionBase):
    _VALID_ARGS = frozenset()

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        ask = variables["twinstack_ask"]
        self._connection.exec_command(" ".join(["observe", *(f"{side} of {len(ask[side])}" for side in sorted(ask))]))
        found = json.loads(FOUND.read_text())
        mine = found.get(variables["inventory_hostname"], {})
        return {
            "changed": False,
            "twinstack": {
                "roles": {role: mine.get(role, []) for role in variables["twinstack_observed"]},
                "texts": {},
                "schedulers": {side: {"nodes": found.get(side, {})} for side in ask},
            },
        }
