"""Action plugin: reads the new Slurm configuration on the operator's side and has the host's slurmctld check it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase


def texts(files: list[dict[str, Any]], directory: str) -> dict[str, str]:
    """The new texts of the files of a directory, by name; secret ones are not for other eyes."""
    inside = [file for file in files if str(Path(file["dest"]).parent) == directory and not file.get("secret")]
    return {Path(file["dest"]).name: text_of(file) for file in inside}


def text_of(file: dict[str, Any]) -> str:
    """A file's own text, or its artefact's."""
    return file["content"] if file.get("content") is not None else Path(file["src"]).read_text(encoding="utf-8")


class ActionModule(ActionBase):
    """Checks the files of /etc/slurm that a role of `twinstack_roles` is about to place."""

    _VALID_ARGS = frozenset({"role", "directory"})
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Hand the texts to the module of the same name."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        directory = self._task.args.get("directory", "/etc/slurm")
        files = variables["twinstack_roles"][self._task.args["role"]].get("files") or []
        result: dict[str, Any] = self._execute_module(
            module_name="slurmctld_check",
            module_args={"directory": directory, "texts": texts(files, directory)},
            task_vars=variables,
        )
        result.pop("invocation", None)
        return result
