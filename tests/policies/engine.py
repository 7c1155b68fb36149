"""The real engine with the real policy pack, over a program that declares what a test lists."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
POLICIES = HERE.parents[1] / "policies"
STACK = "rules"
PROJECT = """\
name: rules
runtime: {{name: python, options: {{virtualenv: {virtualenv}}}}}
plugins:
  providers:
    - {{name: kubernetes, path: {provider}}}
    - {{name: twinstack, path: {provider}}}
"""

Declared = tuple[str, str, dict[str, Any]]
"""A resource: its type, its name, its inputs."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How a preview ended, and what it said."""

    refused: bool
    text: str

    def violations(self, policy: str) -> list[str]:
        """What a policy held against resources, each with the line that names the resource."""
        blocks = self.text.split("        - [")[1:]
        return [" ".join(block.split()) for block in blocks if block.partition("]")[2].split()[0] == policy]


@dataclass(frozen=True, slots=True)
class Engine:
    """A project with one stack in a folder; `path` leads to pulumi."""

    folder: Path
    path: str

    @classmethod
    def new(cls, folder: Path, path: str) -> Engine:
        """Write the project and make its stack."""
        engine = cls(folder, path)
        shutil.copytree(HERE / "stack", folder, dirs_exist_ok=True)
        (folder / "state").mkdir()
        (folder / "Pulumi.yaml").write_text(PROJECT.format(virtualenv=sys.prefix, provider=HERE / "anything"))
        done = engine._pulumi("stack", "init", STACK, "--no-select")
        assert done.returncode == 0, done.stderr
        return engine

    def preview(self, site: dict[str, Any], resources: Sequence[Declared]) -> Preview:
        """Preview a stack of these resources below a site's own."""
        (self.folder / "declared.json").write_text(json.dumps({"site": site, "resources": resources}))
        done = self._pulumi("preview", "--stack", STACK, "--policy-pack", str(POLICIES))
        return Preview(done.returncode != 0, done.stdout + done.stderr)

    def _pulumi(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PATH": self.path,
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        return subprocess.run(
            ["pulumi", "-C", str(self.folder), *words, "--non-interactive", "--color", "never"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
