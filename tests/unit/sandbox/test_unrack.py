from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from twinstack.sandbox import cgroups, hosts, network, sysctl, unrack
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.record import HostRecord, Record, write


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of hosts whose power is cut and of namespaces that go; the kernel has `left` and no more."""
    gone: list[str] = []
    (tmp_path / "groups/ts-one-left1").mkdir(parents=True)
    groups = cgroups.Hierarchies((tmp_path / "groups",), unified=True)
    spaces = {"ts-one-sw", "ts-one-op", "ts-one-left2"}
    monkeypatch.setattr(cgroups, "discover", lambda: groups)
    monkeypatch.setattr(network, "named", lambda prefix: tuple(sorted(n for n in spaces if n.startswith(prefix))))
    monkeypatch.setattr(network, "remove", lambda name: (spaces.discard(name), gone.append(name)))
    monkeypatch.setattr(network, "processes", lambda _name: ())
    monkeypatch.setattr(hosts, "take_power", lambda _layout, name, _host, _groups: gone.append(name))
    return gone


def test_the_record_and_the_kernel_are_both_asked(tmp_path: Path, taken: list[str]) -> None:
    layout = Layout.of("one", tmp_path)
    known = {"known1": HostRecord(IPv4Address("10.78.0.9"), ())}
    write(layout.record, Record("/s", IPv4Network("10.78.0.0/24"), known))
    assert unrack.clear(layout)
    assert taken[:3] == ["known1", "left1", "left2"]
    assert {"ts-one-sw", "ts-one-op"} <= set(taken[3:])


def test_where_nothing_is_nothing_is_done(tmp_path: Path, taken: list[str]) -> None:
    assert not unrack.clear(Layout.of("two", tmp_path))
    assert taken == []


def test_the_directory_goes_and_images_stay(tmp_path: Path, taken: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysctl, "put_back", lambda _path, unless: () if unless() else ("kernel/panic",))
    layout = Layout.of("one", tmp_path)
    layout.instance.mkdir(parents=True)
    (tmp_path / "images/x").mkdir(parents=True)
    said: list[str] = []
    unrack.unrack(layout, said.append)
    assert taken
    assert not layout.instance.exists()
    assert (tmp_path / "images/x").exists()
    assert said == ["put back 1 kernel settings: kernel/panic", "sandbox 'one' is gone"]


def test_settings_stay_while_another_sandbox_is_there(
    tmp_path: Path, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sysctl, "put_back", lambda _path, unless: () if unless() else ("kernel/panic",))
    Layout.of("two", tmp_path).instance.mkdir(parents=True)
    said: list[str] = []
    unrack.unrack(Layout.of("one", tmp_path), said.append)
    assert taken
    assert said == ["sandbox 'one' is gone"]
