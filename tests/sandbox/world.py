"""A sandbox as its owner sees it: by the commands of the console script alone."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

import pyrage
import yaml
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from twinstack.planning.roles import ORDER

ROOT = Path(__file__).resolve().parents[2]
TWINSTACK = Path(sys.executable).with_name("twinstack")


Pair: TypeAlias = tuple[str, str]
Pairs: TypeAlias = set[Pair]
"""Hosts and roles."""
UNCHANGED = frozenset({"reachable", "observe"})
"""Groups of hosts that are only asked."""
NAMED = re.compile(r'(?:roles|drift|secrets)\["([^"]+)"\]')


@dataclass(frozen=True)
class Done:
    code: int
    output: str
    seconds: float


@dataclass(frozen=True)
class World:
    name: str

    @property
    def instance(self) -> Path:
        return Path(os.environ.get("TWINSTACK_HOME") or "/var/lib/twinstack") / "sandboxes" / self.name

    def command(self, *words: str) -> list[str]:
        """The command line of the console script."""
        return [str(TWINSTACK), *words]

    def call(self, *words: str, timeout: float = 900) -> Done:
        begin = time.monotonic()
        done = subprocess.run(
            self.command(*words),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Done(done.returncode, done.stdout, time.monotonic() - begin)

    def kill_while(self, seen: Callable[[], bool], verb: str, *words: str, deadline: float) -> None:
        """Start a command and end it and its whole process group at once, as soon as something is seen."""
        argv = self.command("sandbox", verb, "--name", self.name, *words)
        child = subprocess.Popen(
            argv, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            until(seen, deadline, lambda: child.poll() is None)
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def sandbox(self, verb: str, *words: str, timeout: float = 900) -> Done:
        return self.call("sandbox", verb, "--name", self.name, *words, timeout=timeout)

    def on(self, host: str, *argv: str) -> str:
        done = self.sandbox("exec", "--host", host, "--", *argv)
        assert done.code == 0, done.output
        return done.output

    def pulumi(self, *words: str) -> Done:
        return self.sandbox("pulumi", *words)

    def configure(self, **settings: str) -> None:
        """Put settings into the stack's configuration, which must be there already (a run makes it)."""
        path = self.instance / "Pulumi.sandbox.yaml"
        document = yaml.safe_load(path.read_text())
        document["config"] |= {f"twinstack:{key}": value for key, value in settings.items()}
        path.write_text(yaml.safe_dump(document))

    def seal(self, **secrets: str) -> None:
        """Encrypt secrets by age into the file that the stack is configured with; `_` stands for `-` in names."""
        keys, sealed = self.instance / "age.txt", self.instance / "secrets.age"
        if not keys.exists():
            keys.write_text(f"{pyrage.x25519.Identity.generate()}\n")
        recipient = pyrage.x25519.Identity.from_str(keys.read_text().strip()).to_public()
        text = yaml.safe_dump({name.replace("_", "-"): value for name, value in secrets.items()})
        sealed.write_bytes(pyrage.encrypt(text.encode(), [recipient]))
        self.configure(secrets=str(sealed), identity=str(keys))

    def confide(self, name: str, value: str) -> None:
        """Give the stack a secret by its configuration, as its owner does: on the command's standard input."""
        argv = self.command("sandbox", "pulumi", "--name", self.name, "config", "set", "--secret", f"twinstack:{name}")
        done = subprocess.run(argv, cwd=ROOT, input=value, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def prepare(self) -> None:
        """Have the stack made, so that it can be configured."""
        done = self.pulumi("about")
        assert (self.instance / "Pulumi.sandbox.yaml").exists(), done.output

    def conform(self, tmp: Path, *words: str) -> tuple[Done, dict[str, str]]:
        """The run, and the outcome of each condition by name."""
        report = tmp / f"conform-{time.monotonic_ns()}.xml"
        done = self.call("conform", "-s", self.name, "--junit", str(report), *words)
        return done, outcomes(report) if report.exists() else {}

    def runs(self) -> list[Path]:
        """Folders of the Ansible runs so far, oldest first."""
        return sorted(path.parent for path in (self.instance / "work" / "runs").glob("*/inventory.json"))

    def applied(self, run: Path) -> set[str]:
        """Hosts to which an Ansible run applied a role; others were at most asked on their behalf."""
        groups = json.loads((run / "inventory.json").read_text())["all"]["children"]
        return {host for group, members in groups.items() if group not in UNCHANGED for host in members["hosts"]}

    def roles_of(self, run: Path) -> dict[str, set[str]]:
        """Hosts by the group of each role that an Ansible run applied."""
        groups = json.loads((run / "inventory.json").read_text())["all"]["children"]
        return {group: set(members["hosts"]) for group, members in groups.items() if group != "reachable"}

    def printed(self, run: Path) -> list[str]:
        """What an Ansible run printed, by line."""
        stdout = run / "artifacts" / "ansible" / "stdout"
        return stdout.read_text().splitlines() if stdout.exists() else []

    def changed_since(self, before: Collection[Path]) -> Pairs:
        """The roles of hosts of which the runs since then changed something, as each run's folder tells."""
        found: Pairs = set()
        for run in self.runs():
            if run not in before:
                told: dict[str, list[str]] = json.loads((run / "changed.json").read_text())
                found |= {(host, group.replace("_", "-")) for host, groups in told.items() for group in groups}
        return {(host, role) for host, role in found if role in ORDER}

    def previewed(self) -> Pairs:
        """The roles of hosts that a preview names."""
        done = self.pulumi("preview", "--json", "--non-interactive")
        assert done.code == 0, done.output
        steps = json.loads(done.output[done.output.index("{") :])["steps"]
        return {pair for step in steps if "twinstack:index:Host::" in step["urn"] for pair in pairs_of(step)}

    def drift(self) -> dict[Pair, list[str]]:
        """What the last refresh found, as the state keeps it."""
        document: Any = self.state()
        hosts = [one for one in document["deployment"]["resources"] if one["type"] == "twinstack:index:Host"]
        return {
            (host["id"], role): found["found"]
            for host in hosts
            for role, found in host["outputs"].get("drift", {}).items()
        }

    def state(self) -> dict[str, object]:
        done = self.sandbox("exec", "--", "pulumi", "-C", str(self.instance), "stack", "export", "-s", "sandbox")
        assert done.code == 0, done.output
        document: dict[str, object] = json.loads(done.output)
        return document


def pairs_of(step: Mapping[str, Any]) -> Pairs:
    """What one step of a preview names."""
    named = (NAMED.match(path) for path in step.get("detailedDiff") or {})
    return {(step["urn"].rpartition("::")[2], match[1]) for match in named if match}


def forget(world: World, tmp: Path) -> None:
    """Have the stack's state say of no role that it is in place."""
    state = world.state()
    for resource in state["deployment"]["resources"]:  # type: ignore[index]
        if resource["type"] == "twinstack:index:Host":
            for part in ("inputs", "outputs"):
                resource[part]["roles"] = dict.fromkeys(resource[part]["roles"], "forgotten")
    forgotten = tmp / "state.json"
    forgotten.write_text(json.dumps(state))
    argv = ("pulumi", "-C", str(world.instance), "stack", "import", "-s", "sandbox", "--file", str(forgotten))
    assert world.sandbox("exec", "--", *argv).code == 0


def until(seen: Callable[[], bool], deadline: float, alive: Callable[[], bool]) -> None:
    """Wait for something to be seen while something else is alive."""
    waiting = Retrying(
        stop=stop_after_delay(deadline), wait=wait_fixed(0.1), retry=retry_if_result(lambda done: not done)
    )
    assert waiting(lambda: seen() or not alive())
    assert alive()


def outcomes(report: Path) -> dict[str, str]:
    """The outcome of each condition: passed, failed or skipped."""
    found = {}
    for case in ET.parse(report).iter("testcase"):
        name = case.attrib["name"].partition("[")[2].rstrip("]")
        ended = {child.tag for child in case}
        found[name] = "failed" if ended & {"failure", "error"} else "skipped" if "skipped" in ended else "passed"
    return found
