from __future__ import annotations

import shlex
import sys
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from twinstack.sandbox import network, operate
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.record import HostRecord, Record, write


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setattr(network, "exists", lambda name: name == "ts-one-op")
    layout = Layout.of("one", tmp_path)
    hosts = {"cpu1": HostRecord(IPv4Address("10.78.0.21"), ())}
    write(layout.record, Record("/s", IPv4Network("10.78.0.0/24"), hosts))
    return layout


def test_programs_run_in_the_operator_s_namespace(layout: Layout) -> None:
    assert operate.command(layout, ("ls", "-l")) == ("nsenter", "--net=/run/netns/ts-one-op", "--", "ls", "-l")


def test_words_reach_a_host_as_they_are(layout: Layout) -> None:
    line = operate.command(layout, ("echo", "a  b", "$x"), "cpu1")
    assert line[3:] == ("ssh", "-F", str(layout.ssh_config), "cpu1", "echo 'a  b' '$x'")


def test_an_ordinary_user_runs_them_as_root(layout: Layout) -> None:
    hosts = {"cpu1": HostRecord(IPv4Address("10.78.0.21"), (), user="admin")}
    write(layout.record, Record("/s", IPv4Network("10.78.0.0/24"), hosts))
    line = operate.command(layout, ("echo", "a  b", "$x"), "cpu1")
    assert shlex.split(line[-1]) == ["sudo", "-n", "sh", "-c", "echo 'a  b' '$x'"]


def test_a_terminal_is_asked_for_when_there_is_one(layout: Layout) -> None:
    assert "-t" in operate.command(layout, ("bash",), "cpu1", terminal=True)


def test_an_unknown_host_is_answered_with_those_there_are(layout: Layout) -> None:
    with pytest.raises(SandboxError, match=r"no host 'cpu9'.*it has cpu1"):
        operate.command(layout, ("ls",), "cpu9")


def test_a_sandbox_that_is_not_up_says_how_to_rack_it(tmp_path: Path, layout: Layout) -> None:
    with pytest.raises(SandboxError, match="rack --name two"):
        operate.command(Layout.of("two", tmp_path), ("ls",))
    assert layout


def test_the_environment_keeps_everything_inside_the_sandbox(layout: Layout) -> None:
    found = operate.environment(layout, Path("/tools"), {"PATH": "/bin", "LANG": "C"})
    ours = str(Path(sys.executable).parent)
    assert found["PATH"] == f"/tools:{ours}:/bin"
    assert found["LANG"] == "C"
    assert found["PULUMI_BACKEND_URL"] == f"file://{layout.instance}/pulumi/state"
    assert all(str(layout.instance) in found[name] for name in ("KUBECONFIG", "PULUMI_HOME", "TWINSTACK_INSTANCE"))
    assert operate.environment(layout, None, {"PATH": "/bin"})["PATH"] == f"{ours}:/bin"


def test_the_passphrase_is_made_once_and_for_root_alone(layout: Layout) -> None:
    operate.prepare(layout)
    first = layout.passphrase.read_text()
    operate.prepare(layout)
    assert layout.passphrase.read_text() == first
    assert len(first) > 30
    assert layout.passphrase.stat().st_mode & 0o777 == 0o600
    assert (layout.pulumi / "state").is_dir()
