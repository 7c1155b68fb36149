"""Runs a playbook over a batch of hosts: files of the run, one child process, events as they come."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from twinstack.provider import ssh
from twinstack.provider.connection import Connection
from twinstack.provider.events import Report
from twinstack.provider.limits import Limits
from twinstack.provider.secret_file import secret_file

MOST_FORKS = 50
KEPT_RUNS = 50
IDENT = "ansible"
STDOUT = Path("artifacts") / IDENT / "stdout"
CHANGED = "changed.json"
"""In a run's folder: by host the groups (roles) of which something was changed."""
LINE_LIMIT = 2**24
BEGUN = "run_begun"
"""Our own first event of a run; its `log` is the file that Ansible prints to."""
PASSED_ON = ("HOME", "LOGNAME", "TMPDIR", "TZ", "USER", "XDG_RUNTIME_DIR")
PASSED_ON_PREFIXES = ("LANG", "LC_", "SSH_")

Event = Mapping[str, object]
Watch = Callable[[Event], None]


def unwatched(_event: Event) -> None:
    """A watch of runs that show no progress: of one task."""


@dataclass(frozen=True)
class Play:
    """What to run: host variables and connections by host name, the groups that the playbook's plays name.

    `reachable` are further hosts that tasks are delegated to. `secrets` never leave memory.
    """

    playbook: str
    hosts: Mapping[str, Mapping[str, object]]
    groups: Mapping[str, Sequence[str]]
    connections: Mapping[str, Connection]
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, object] = field(default_factory=dict)

    def inventory(self) -> dict[str, object]:
        """The Ansible inventory: every connection is in `reachable`, so that tasks can be delegated to it."""
        groups = {group: {"hosts": _named(members)} for group, members in self.groups.items()}
        everyone = {name: {**self.hosts.get(name, {}), **_rights(host)} for name, host in self.connections.items()}
        return {"all": {"children": {"reachable": {"hosts": everyone}, **groups}}}


def _rights(host: Connection) -> dict[str, object]:
    """Root needs no sudo, and a machine may have none."""
    return {"ansible_become": host.user != "root"}


def _named(hosts: Iterable[str]) -> dict[str, dict[str, object]]:
    return {host: {} for host in hosts}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: the report of its events, where its files are, the last lines that Ansible printed."""

    report: Report
    folder: Path
    exit_code: int
    tail: str


class Runner(Protocol):
    """Runs plays; the provider knows no more of Ansible than this."""

    async def run(self, play: Play, watch: Watch) -> Outcome:
        """Run to the end; `watch` sees each event as it comes."""

    def cancel(self) -> None:
        """End what is running."""


class AnsibleRunner:
    """Runs plays with ansible-runner over SSH; each run has a folder under `runs`."""

    def __init__(self, runs: Path, playbooks: Path, key_file: Path | None, limits: Limits | None = None) -> None:
        self._runs = runs
        self._playbooks = playbooks
        self._key_file = key_file
        self._limits = limits or Limits()
        self._running: set[asyncio.subprocess.Process] = set()

    async def run(self, play: Play, watch: Watch) -> Outcome:
        """Run to the end; `watch` sees each event as it comes."""
        folder = new_folder(self._runs)
        watch({"event": BEGUN, "log": str(folder / STDOUT)})
        files = ssh.write(folder, play.connections.values(), self._key_file, self._limits.connect)
        (folder / "inventory.json").write_text(json.dumps(play.inventory(), indent=1))
        await ssh.open_jumps(files.config, play.connections.values())
        with secret_file(play.secrets) as secrets:
            variables = {
                **play.variables,
                "twinstack_secrets_path": secrets,
                "twinstack_install_timeout": self._limits.install,
            }
            request = {
                "ident": IDENT,
                "folder": str(folder),
                "playbooks": str(self._playbooks),
                "playbook": play.playbook,
                "forks": min(max(1, len(play.connections)), MOST_FORKS),
                "variables": variables,
            }
            report, exit_code, noise = await self._child(request, self._environment(folder, files), watch)
        (folder / CHANGED).write_text(json.dumps({host: sorted(found) for host, found in report.changed.items()}))
        keep_newest(self._runs, KEPT_RUNS)
        return Outcome(report, folder, exit_code, noise or tail_of(folder))

    def cancel(self) -> None:
        """End every run; Ansible is ended by the child before it goes."""
        for child in self._running:
            child.terminate()

    async def _child(
        self, request: Mapping[str, object], environment: Mapping[str, str], watch: Watch
    ) -> tuple[Report, int, str]:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "twinstack.provider.ansible_run",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            limit=LINE_LIMIT,
        )
        self._running.add(child)
        try:
            return await _converse(child, json.dumps(request), watch)
        finally:
            self._running.discard(child)

    def _environment(self, folder: Path, files: ssh.SshFiles) -> dict[str, str]:
        """Ansible's environment: nothing of the engine's, so no passphrase and no token."""
        own = {
            "ANSIBLE_CONFIG": str(self._playbooks / "ansible.cfg"),
            "ANSIBLE_FORCE_COLOR": "0",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_HOME": str(self._runs.parent / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
            "ANSIBLE_HOST_KEY_CHECKING": "True",
            "ANSIBLE_HOST_PATTERN_MISMATCH": "ignore",
            "ANSIBLE_SSH_ARGS": f'-F "{files.config}"',
            "ANSIBLE_SSH_RETRIES": "0",
            "ANSIBLE_TASK_TIMEOUT": str(self._limits.task),
            "ANSIBLE_TIMEOUT": str(self._limits.connect),
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
            "PYTHONUNBUFFERED": "1",
        }
        return {**passed_on(os.environ), **own}


async def _converse(child: asyncio.subprocess.Process, request: str, watch: Watch) -> tuple[Report, int, str]:
    """Hand over the request, take events until the child ends."""
    report = Report()
    assert child.stdin  # noqa: S101 - both were asked for as pipes
    assert child.stdout  # noqa: S101
    assert child.stderr  # noqa: S101
    noise = asyncio.create_task(child.stderr.read())
    child.stdin.write(request.encode())
    child.stdin.close()
    async for line in child.stdout:
        event = json.loads(line)
        report.take(event)
        watch(event)
    return report, await child.wait(), (await noise).decode(errors="replace").strip()


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of our environment that Ansible and ssh need."""
    return {
        name: value for name, value in environment.items() if name in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }


def new_folder(runs: Path) -> Path:
    """An empty folder for a run, named by the time and a number that tells runs of the same second apart."""
    runs.mkdir(mode=0o700, parents=True, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in itertools.count(1):
        folder = runs / f"{moment}-{number}"
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise AssertionError


def keep_newest(runs: Path, count: int) -> None:
    """Remove the folders of all but the newest runs."""
    folders: Iterable[Path] = sorted(
        (path for path in runs.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime
    )
    for folder in list(folders)[:-count]:
        shutil.rmtree(folder)


def tail_of(folder: Path, lines: int = 8) -> str:
    """The last lines that Ansible printed."""
    printed = folder / STDOUT
    return "\n".join(printed.read_text(errors="replace").splitlines()[-lines:]) if printed.exists() else ""
