"""Action plugin: reads the new slurmdbd.conf on the operator's side and has the host's slurmdbd check it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase


def texts(files: list[dict[str, Any]], directory: str) -> dict[str, str]:
    """The new texts of the files of a directory that are rendered; marks of secrets stay marks."""
    inside = [file for file in files if str(Path(file["dest"]).parent) == directory and file.get("src")]
    return {Path(file["dest"]).name: Path(file["src"]).read_text(encoding="utf-8") for file in inside}


class ActionModule(ActionBase):
    """Checks the slurmdbd.conf that a role of `twinstack_roles` is about to place."""

    _VALID_ARGS = frozenset({"role", "directory"})
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Hand the texts to the module of the same name."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        directory = self._task.args.get("directory", "/etc/slurm")
        files = variables["twinstack_roles"][self._task.args["role"]].get("files") or []
        result: dict[str, Any] = self._execute_module(
            module_name="slurmdbd_check",
            module_args={"directory": directory, "texts": texts(files, directory)},
            task_vars=variables,
        )
        result.pop("invocation", None)
        return result
