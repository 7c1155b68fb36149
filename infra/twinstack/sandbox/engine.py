"""The Pulumi engine for a sandbox: its stack, secrets and outputs live in the instance's folder, never in the project.

Sources: pulumi 3.250 `stack init` writes the encryption salt beside the Pulumi.yaml of its directory and has no
`--config-file`; `up`, `preview` and `destroy` have one. A stack belongs to the project's name, not to a directory.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from twinstack.sandbox import engine_lock, operate
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import Layout

STACK = "sandbox"
PROJECT_FILE = "name: twinstack\nruntime: python\n"
PLUGIN = "pulumi-resource-kubernetes"
EVERY_CALL_AT_ONCE = "2000"


class EngineError(SandboxError):
    """Pulumi ended with an error; what it said has been shown or is in the message."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Pulumi for one sandbox; `project` is the folder of Pulumi.yaml, `environment` the operator's variables."""

    layout: Layout
    project: Path
    environment: Mapping[str, str]

    @property
    def config_file(self) -> Path:
        """The instance's own stack configuration."""
        return self.layout.instance / f"Pulumi.{STACK}.yaml"

    def prepare(self) -> None:
        """Make the stack, once; the lock of a run that was killed is broken, that of a living one is respected.

        Raises:
            EngineError: another run is changing this stack.
        """
        operate.prepare(self.layout)
        self._give_plugin()
        self._no_automatic_log()
        (self.layout.instance / "Pulumi.yaml").write_text(PROJECT_FILE)
        if any(stack["name"].rpartition("/")[2] == STACK for stack in json.loads(self.ask("stack", "ls", "--json"))):
            self._unlock()
            return
        self._write_config()
        self.ask("stack", "init", STACK, "--no-select")

    def up(self, *options: str) -> None:
        """Preview with the policies, then apply; the engine's own display is the progress.

        Raises:
            EngineError: a policy refused, or a resource failed.
        """
        policies = ("--policy-pack", str(self.project / "policies"))
        code = self.run("up", "--yes", "--non-interactive", *policies, *options)
        if code:
            raise EngineError(f"pulumi up ended with {code}; what it printed above says why")

    def run(self, verb: str, *options: str) -> int:
        """Run a verb on the project's program with this terminal; returns what it ended with."""
        return subprocess.run(self.arguments(verb, *options), env=self._environment(), check=False).returncode

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets in clear: never print them whole."""
        document: dict[str, Any] = json.loads(self.ask("stack", "output", "--stack", STACK, "--show-secrets", "--json"))
        return document

    def arguments(self, verb: str, *options: str) -> tuple[str, ...]:
        """The command line of a verb on the project's program with the instance's configuration."""
        where = ("-C", str(self.project), verb, "--stack", STACK, "--config-file", str(self.config_file))
        return operate.command(self.layout, ("pulumi", *where, *options))

    def ask(self, *words: str) -> str:
        """Run a quiet command of the engine on the instance's stack; its output.

        Raises:
            EngineError: it failed; carries what it said.
        """
        argv = operate.command(self.layout, ("pulumi", "-C", str(self.layout.instance), *words))
        done = subprocess.run(argv, env=self._environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise EngineError(f"pulumi {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def _unlock(self) -> None:
        held = engine_lock.break_abandoned(self.layout.pulumi / "state", STACK)
        if held:
            raise EngineError(f"sandbox '{self.layout.name}' is being changed by {held[0].holder}: wait for its end")

    def _environment(self) -> dict[str, str]:
        return {
            **self.environment,
            "PULUMI_PARALLEL": EVERY_CALL_AT_ONCE,
            # Plugins come from the instance's plugin cache: the engine warns of each that it takes from PATH.
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            # A short-lived engine on a small machine: memory is cheaper than the time of its garbage collector.
            "GOGC": "400",
        }

    def _no_automatic_log(self) -> None:
        """Keep the engine from logging every call: that takes over half of its time (20 of 24 s for 186 resources).

        It has no switch; a `logs` that is no directory makes it go on without (pulumi 3.250 `StartLogging` in
        pkg/logging/encrypted.go). `pulumi --logtostderr -v 9` still shows all.
        """
        logs = Path(self.environment["PULUMI_HOME"]) / "logs"
        if logs.is_dir():
            shutil.rmtree(logs)
        logs.touch()

    def _give_plugin(self) -> None:
        """Put the Kubernetes provider into the plugin cache, under the version that the program asks for."""
        found = shutil.which(PLUGIN, path=self.environment["PATH"])
        folder = (
            Path(self.environment["PULUMI_HOME"]) / "plugins" / f"resource-kubernetes-v{version('pulumi-kubernetes')}"
        )
        if found and not (folder / PLUGIN).exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / PLUGIN).symlink_to(os.path.realpath(found))

    def _write_config(self) -> None:
        template = yaml.safe_load((self.project / "stacks" / f"Pulumi.{STACK}.yaml").read_text()) or {}
        work = self.layout.instance / "work"
        here = {"twinstack:inventory": str(self.layout.site), "twinstack:state": str(work)}
        template["config"] = {**(template.get("config") or {}), **here}
        self.config_file.write_text(yaml.safe_dump(template))
