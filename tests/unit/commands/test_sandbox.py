from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from twinstack.commands import sandbox
from twinstack.sandbox import capabilities, network
from twinstack.sandbox.capabilities import Capability
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.rack import Racked
from twinstack.sandbox.record import HostRecord, Record, write
from twinstack.toolchain import ToolchainError

LACK = Capability("numa", "several NUMA nodes", present=False, reason="1 node")


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A sandbox with one host that is off."""
    monkeypatch.setenv("TWINSTACK_HOME", str(tmp_path))
    monkeypatch.setattr(network, "exists", lambda _name: True)
    monkeypatch.setattr(capabilities, "probe", lambda: (LACK,))
    layout = Layout.of("one", tmp_path)
    hosts = {"cpu1": HostRecord(IPv4Address("10.78.0.21"), (), ready=True)}
    write(layout.record, Record("/s", IPv4Network("10.78.0.0/24"), hosts))
    return layout


def call(*words: str) -> Result:
    return CliRunner().invoke(sandbox.command, words)


def test_status_tells_hosts_and_what_is_not_here(layout: Layout) -> None:
    assert layout
    lines = call("status", "--name", "one").output.splitlines()
    assert lines == ["cpu1             10.78.0.21      off", "several NUMA nodes: not here (1 node)"]


def test_an_unknown_sandbox_is_answered_with_those_there_are(layout: Layout) -> None:
    assert layout
    result = call("status", "--name", "two")
    assert result.exit_code == 1
    assert "there is no sandbox 'two' (there are: one)" in result.output


def test_the_name_may_come_from_the_sandbox_s_own_shell(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINSTACK_SANDBOX", layout.name)
    assert "cpu1" in call("status").output


def test_racking_ends_with_what_is_not_here(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def rack(layout: Layout, site: object, **options: object) -> Racked:
        asked.update(options, site=site)
        return Racked(layout, ("cpu1",), (), (LACK,))

    monkeypatch.setattr(sandbox, "load", lambda path: f"site of {path.name}")
    monkeypatch.setattr(sandbox, "rack", rack)
    result = call("rack", "--name", "one", "--hosts", "cpu1", "--no-kubernetes")
    assert asked["site"] == "site of site.yaml"
    assert asked["hosts_only"] == "cpu1"
    assert asked["supply"] is sandbox.bare
    assert f"inventory: {layout.site}" in result.output
    assert "not here: several NUMA nodes (1 node)" in result.output


def test_a_failure_is_a_sentence(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise SandboxError("cpu1: processes do not end")

    assert layout
    monkeypatch.setattr(sandbox, "unrack", fail)
    result = call("unrack", "--name", "one")
    assert (result.exit_code, result.output) == (1, "Error: cpu1: processes do not end\n")


def test_unrack_all_takes_every_sandbox(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []
    Layout.of("two", layout.home).instance.mkdir(parents=True)
    monkeypatch.setattr(sandbox, "unrack", lambda layout, _say: gone.append(layout.name))
    call("unrack", "--all")
    assert gone == ["one", "two"]


def test_exec_ends_as_its_program_does(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.operate, "command", lambda _layout, argv, _host, **_options: argv)
    monkeypatch.setattr(sandbox, "existing", lambda _names: layout.home / "tools")
    assert call("exec", "--name", "one", "--", "sh", "-c", "exit 7").exit_code == 7


def test_hosts_can_do_without_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_names: object) -> Path:
        raise ToolchainError("not built yet")

    monkeypatch.setattr(sandbox, "existing", missing)
    assert sandbox.tools() is None
