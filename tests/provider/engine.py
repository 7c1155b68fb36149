"""A Pulumi project over pretended hosts: the real engine, the real provider, the real Ansible; no machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
STACK = "test"
SECRET = "a-secret-that-must-not-be-seen-9f3b"
PROJECT = """\
name: provider-test
runtime: {{name: python, options: {{virtualenv: {virtualenv}}}}}
plugins:
  providers:
    - {{name: twinstack, path: {plugin}}}
"""


def environment(folder: Path) -> dict[str, str]:
    """Pulumi's environment with everything that it keeps in a folder."""
    return {
        **os.environ,
        "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_PARALLEL": "2000",
    }


@dataclass(frozen=True)
class Engine:
    """One stack in a folder of its own."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def state(self) -> Path:
        return self.folder / "work"

    @property
    def record(self) -> Path:
        return self.project / "playbooks" / "record"

    def declare(self, site: Mapping[str, Any]) -> None:
        (self.folder / "site.json").write_text(json.dumps(site))

    def pretend(
        self,
        *,
        down: list[str] | None = None,
        broken: Mapping[str, str] | None = None,
        found: Mapping[str, Any] | None = None,
    ) -> None:
        (self.record / "found.json").write_text(json.dumps(found or {}))
        (self.record / "down.json").write_text(json.dumps(down or []))
        (self.record / "broken.json").write_text(json.dumps(broken or {}))

    def calls(self) -> list[str]:
        """The commands since the last time this was asked, as `host command`, sorted."""
        return self._taken("calls")

    def contacted(self) -> set[str]:
        """The hosts that were connected to since the last time this was asked."""
        return set(self._taken("hosts"))

    def runs(self) -> set[str]:
        return {path.name for path in (self.state / "runs").glob("*")}

    def pulumi(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", "-C", str(self.project), *words, "--stack", STACK, "--non-interactive", "--color", "never"],
            env=environment(self.folder),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def succeed(self, verb: str, *words: str) -> str:
        """What pulumi said; it must have ended well."""
        done = self._verb(verb, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def fail(self, verb: str, *words: str) -> str:
        """What pulumi said; it must have ended badly."""
        done = self._verb(verb, *words)
        assert done.returncode != 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def _verb(self, verb: str, *words: str) -> subprocess.CompletedProcess[str]:
        return self.pulumi(verb, *(() if verb == "preview" else ("--yes", "--skip-preview")), *words)

    def host_state(self) -> dict[str, Any]:
        """The outputs of every Host in state, by name."""
        exported = json.loads(self.pulumi("stack", "export").stdout)
        resources = exported["deployment"]["resources"]
        return {r["urn"].split("::")[-1]: r["outputs"] for r in resources if r["type"] == "twinstack:index:Host"}

    def _taken(self, what: str) -> list[str]:
        path = self.record / what
        lines = sorted(path.read_text().splitlines()) if path.exists() else []
        path.unlink(missing_ok=True)
        return lines


def new_engine(folder: Path) -> Engine:
    engine = Engine(folder)
    (folder / "backend").mkdir(parents=True)
    shutil.copytree(HERE / "project", engine.project)
    shutil.copytree(HERE / "playbooks", engine.project / "playbooks")
    engine.record.mkdir()
    engine.pretend()
    written = PROJECT.format(virtualenv=sys.prefix, plugin=REPOSITORY / "infra" / "plugin")
    (engine.project / "Pulumi.yaml").write_text(written)
    config = {"provider-test:site": str(folder / "site.json"), "provider-test:state": str(engine.state)}
    (engine.project / f"Pulumi.{STACK}.yaml").write_text(json.dumps({"config": config}))
    done = engine.pulumi("stack", "init", "--no-select")
    assert done.returncode == 0, done.stderr
    return engine
