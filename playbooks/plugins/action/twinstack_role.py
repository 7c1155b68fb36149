"""Action plugin: a whole role in one task; the installer runs only when a package is missing."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible.plugins.action import ActionBase

INSTALL: dict[str, dict[str, Any]] = {
    # Nothing starts with the configuration that a package brings along.
    "apt": {"install_recommends": False, "policy_rc_d": 101},
    "dnf": {"install_weak_deps": False},
}
COMMON = {"state": "present", "allow_downgrade": True, "update_cache": True, "lock_timeout": 300}


INSTALL_SECONDS = 1800
"""How long an installation may take, unless `twinstack_install_timeout` says otherwise."""


@contextmanager
def seconds(limit: int, *, limited: bool) -> Iterator[None]:
    """Give what is within a time limit of its own in the place of the task's; where tasks have none, neither has it.

    A task's limit is an alarm of the process that runs it, so that a host which no longer answers is given up soon;
    the only step that may take long is the installer's.
    """
    left = signal.alarm(limit) if limited else 0
    try:
        yield
    finally:
        if limited:
            signal.alarm(left)


def installation(installer: str, missing: list[str]) -> dict[str, Any]:
    """The arguments of the installer's module."""
    return {"name": missing, **COMMON, **INSTALL[installer]}


class ActionModule(ActionBase):
    """Installs, places and starts what a role of `twinstack_roles` lists."""

    _VALID_ARGS = frozenset({"role"})
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask and do everything on the host at once; when packages are missing, install them and do the rest."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = self._arguments(self._task.args["role"], variables)
        result = self._bring(arguments, variables)
        missing = result.get("missing") or []
        if missing:
            installer = str(result["installer"])
            limit = int(variables.get("twinstack_install_timeout") or INSTALL_SECONDS)
            with seconds(limit, limited=bool(self._task.timeout)):
                installed = self._remote(f"ansible.builtin.{installer}", installation(installer, missing), variables)
            if installed.get("failed"):
                return installed
            result = {**self._bring({**arguments, "packages": []}, variables), "changed": True, "installed": missing}
        return result

    def _bring(self, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        return self._remote("twinstack_role", arguments, variables)

    def _remote(self, name: str, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = self._execute_module(name, arguments, task_vars=variables)
        # The arguments are whole files: they would only swell the events of the run.
        result.pop("invocation", None)
        return result

    def _arguments(self, role: str, variables: dict[str, Any]) -> dict[str, Any]:
        wanted = variables["twinstack_roles"][role]
        files = self._shared_loader_obj.action_loader.get(
            "twinstack_files",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        lists = {key: wanted.get(key) or [] for key in ("packages", "units", "restart")}
        return {**files.arguments(role, variables), **lists, "settings": wanted.get("settings") or {}}
