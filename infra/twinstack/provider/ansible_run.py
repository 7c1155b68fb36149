"""One ansible-runner run in a process of its own: a request on standard input, compact events on standard output.

Apart from the provider, so that a pseudo-terminal, a fork and the traffic of events do not stand in the way of its
calls, and so that nothing of the engine's environment reaches Ansible. Ends Ansible when the provider is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ansible_runner import Runner, RunnerConfig

from twinstack.provider.events import message_of

FAILED = frozenset({"runner_on_failed", "runner_on_unreachable", "runner_item_on_failed"})
KEPT = FAILED | {"playbook_on_play_start", "playbook_on_stats", "runner_on_ok"}
RESULT = "twinstack"


def compact(event: Mapping[str, Any]) -> dict[str, object] | None:
    """The parts of an ansible-runner event that the provider needs, or None; no arguments, so no secrets."""
    kind, data = event["event"], event.get("event_data") or {}
    if kind not in KEPT:
        return None
    if kind == "playbook_on_stats":
        return {"event": kind, "unhappy": sorted({*data.get("failures", {}), *data.get("dark", {})})}
    short: dict[str, object] = {"event": kind, "play": data.get("play_pattern") or data.get("play") or ""}
    if kind == "playbook_on_play_start":
        return short
    result = data.get("res") or {}
    short |= {"host": data.get("host"), "task": data.get("task") or "", "role": data.get("role") or ""}
    if RESULT in result:
        short["result"] = result[RESULT]
    if result.get("changed"):
        short["changed"] = True
    if kind in FAILED:
        short |= {
            "message": message_of(result),
            "ignored": bool(data.get("ignore_errors")),
            "loop": "results" in result,
        }
    return short


def configuration(request: Mapping[str, Any]) -> RunnerConfig:
    """The runner's configuration of a request."""
    folder = Path(request["folder"])
    settings = folder / "env" / "settings"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps({"pexpect_timeout": 1}))
    config = RunnerConfig(
        private_data_dir=str(folder),
        project_dir=request["playbooks"],
        playbook=request["playbook"],
        inventory=str(folder / "inventory.json"),
        extravars=request["variables"],
        forks=request["forks"],
        ident=request["ident"],
        quiet=True,
        fact_cache_type="memory",
    )
    config.prepare()
    return config


def kill_descendants() -> None:
    """Kill all below us: Ansible's workers have sessions of their own, so ending its group leaves them at work."""
    parents = dict(_parents())
    for process in parents:
        if os.getpid() in _ancestors(process, parents):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state = (folder / "stat").read_text().rpartition(")")[2].split()
            yield int(folder.name), int(state[1])


def _ancestors(process: int, parents: Mapping[int, int]) -> Iterator[int]:
    while (process := parents.get(process, 0)) != 0:
        yield process


def main() -> int:
    """Serve the one request on standard input; the exit code is Ansible's."""
    request = json.load(sys.stdin)
    parent, ended = os.getppid(), threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    with (Path(request["folder"]) / "events.jsonl").open("w") as log:

        def take(event: Mapping[str, Any]) -> bool:
            short = compact(event)
            if short is not None:
                line = json.dumps(short) + "\n"
                for out in (log, sys.stdout):
                    out.write(line)
                    out.flush()
            return False

        def cancelled() -> bool:
            if not ended.is_set() and os.getppid() == parent:
                return False
            kill_descendants()
            return True

        runner = Runner(configuration(request), event_handler=take, cancel_callback=cancelled)
        runner.run()
    return int(runner.rc or 0)


if __name__ == "__main__":
    sys.exit(main())
