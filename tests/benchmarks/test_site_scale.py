"""The project's own program on 1,000 hosts, pretended by a connection that records being called: prints seconds.

Overhead is all of twinstack and Pulumi: a pretended host answers a task at once.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.benchmarks.slurm_site import Instance
from twinstack.toolchain import OPERATOR, ToolchainError, existing

pytestmark = pytest.mark.pulumi

HOSTS = 1000
MOST_CONTACTED = 3


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    try:
        tools = existing(OPERATOR)
    except ToolchainError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    # A checkpoint at every step costs the square of the number of hosts.
    monkeypatch.setenv("PULUMI_EXPERIMENTAL", "true")
    monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
    made = Instance(tmp_path)
    made.make()
    return made


def taken(instance: Instance, title: str, *words: str) -> set[str]:
    """Print what a verb takes and contacts; the hosts contacted."""
    seconds, _ = instance.verb(*words)
    contacted = instance.contacted()
    print(f"{title}: {seconds:.1f} s, {len(contacted)} hosts contacted")
    return contacted


def test_a_site_of_a_thousand_hosts(instance: Instance) -> None:
    print()
    up = ("up", "--yes", "--skip-preview")
    instance.write(HOSTS)
    assert len(taken(instance, f"up of {HOSTS} new hosts, every role one recorded task", *up)) == HOSTS
    assert taken(instance, f"no-op preview of {HOSTS} hosts", "preview") == set()
    assert taken(instance, f"no-op up of {HOSTS} hosts", *up) == set()
    instance.write(HOSTS + 1)
    assert taken(instance, f"preview of one host added to {HOSTS}", "preview") == set()
    contacted = taken(instance, f"one host added to {HOSTS}", *up)
    assert f"cpu{HOSTS - 3:05}" in contacted
    assert len(contacted) <= MOST_CONTACTED, contacted
