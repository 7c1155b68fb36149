"""How the engine and the provider scale: 1,000 pretended hosts in state; prints seconds."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provider.engine import Engine, new_engine
from tests.provider.sites import site
from twinstack.toolchain import OPERATOR, ToolchainError, existing

pytestmark = pytest.mark.pulumi

HOSTS = 1000


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    try:
        tools = existing(OPERATOR)
    except ToolchainError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    # A checkpoint at every step costs the square of the number of hosts.
    monkeypatch.setenv("PULUMI_EXPERIMENTAL", "true")
    monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
    return new_engine(tmp_path)


def taken(engine: Engine, title: str, verb: str) -> float:
    """Seconds that a verb takes, printed."""
    begin = time.monotonic()
    engine.succeed(verb)
    seconds = time.monotonic() - begin
    print(f"{title}: {seconds:.1f} s, {len(engine.contacted())} hosts contacted, {len(engine.runs())} runs so far")
    return seconds


def test_a_thousand_hosts(engine: Engine) -> None:
    print()
    large = site(HOSTS, exporters=0)
    for host in large["hosts"].values():
        host["roles"] = ["base"]
    engine.declare(large)
    taken(engine, f"up of {HOSTS} new hosts (one recorded task each)", "up")
    preview = taken(engine, f"no-op preview of {HOSTS} hosts", "preview")
    taken(engine, f"no-op up of {HOSTS} hosts", "up")
    refresh = taken(engine, f"refresh of {HOSTS} hosts (one recorded task each)", "refresh")
    taken(engine, f"no-op up of {HOSTS} hosts after it", "up")
    large["hosts"]["new1"] = {"roles": ["base"]}
    engine.declare(large)
    before = len(engine.runs())
    added = taken(engine, f"one host added to {HOSTS}", "up")
    assert len(engine.runs()) == before + 1
    assert preview < 60
    assert added < 60
    assert refresh < 120
