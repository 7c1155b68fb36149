from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.provider.fakes import FakeLog
from twinstack.provider.connection import Connection
from twinstack.provider.errors import ProviderError
from twinstack.provider.limits import Limits
from twinstack.provider.resources.base import Call
from twinstack.provider.resources.host_key import HostKeyResource, SshMeeting, fingerprint
from twinstack.provider.values import UNKNOWN

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
CALL = Call("urn", "cpu1")
HOST = {"name": "cpu1", "address": "10.0.0.1", "contact": True, "key": None}


class FakeMeeting:
    def __init__(self, shown: str | None = KEY) -> None:
        self.shown = shown
        self.met: list[str] = []

    async def key_of(self, host: Connection) -> str:
        self.met.append(host.name)
        if self.shown is None:
            raise ProviderError(f"host {host.name}: showed no SSH host key: No route to host")
        return self.shown


def created(meeting: FakeMeeting, log: FakeLog, host: Mapping[str, object], *, preview: bool = False) -> object:
    resource = HostKeyResource(meeting, log)
    return asyncio.run(resource.create(Call("urn", "cpu1", preview=preview), host))[1]["key"]


def test_the_first_key_is_kept_and_shown_for_comparison() -> None:
    meeting, log = FakeMeeting(), FakeLog()
    assert created(meeting, log, HOST) == KEY
    ((kind, urn, said),) = log.said
    assert (kind, urn) == ("warning", "urn")
    assert "trusted on first use" in said
    assert "ssh-ed25519 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU" in said


def test_a_preview_meets_nobody() -> None:
    meeting = FakeMeeting()
    assert created(meeting, FakeLog(), HOST, preview=True) == UNKNOWN
    assert meeting.met == []


def test_a_host_in_maintenance_is_not_met_and_one_that_is_silent_holds_up_nobody() -> None:
    meeting, log = FakeMeeting(None), FakeLog()
    assert created(meeting, log, {**HOST, "contact": False}) == ""
    assert meeting.met == []
    assert created(meeting, log, HOST) == ""
    assert "No route to host" in log.said[0][2]


def test_nobody_is_met_through_a_stranger() -> None:
    meeting, log = FakeMeeting(), FakeLog()
    through = {"name": "gate", "address": "10.0.0.9", "hostKey": ""}
    assert created(meeting, log, {**HOST, "jump": through}) == ""
    assert meeting.met == []
    assert "no key of its jump host" in log.said[0][2]


def test_a_known_key_stays_whatever_changes_and_a_missing_one_is_asked_for_again() -> None:
    meeting = FakeMeeting("ssh-ed25519 AAAA")
    resource = HostKeyResource(meeting, FakeLog())
    known, silent = {**HOST, "key": KEY}, {**HOST, "key": ""}
    assert resource.diff(known, {**HOST, "address": "10.0.0.2"}).paths == {}
    assert asyncio.run(resource.update(CALL, known, HOST))["key"] == KEY
    assert list(resource.diff(silent, HOST).paths) == ["key"]
    assert resource.diff(silent, {**HOST, "contact": False}).paths == {}
    assert asyncio.run(resource.update(CALL, silent, HOST))["key"] == "ssh-ed25519 AAAA"
    assert resource.diff(known, {**HOST, "name": "cpu2"}).replaces == ("name",)


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path / "bin" / "ssh"


def meet(folder: Path, ssh: Path, script: str) -> str:
    ssh.write_text(f"#!/bin/sh\n{script}\n")
    ssh.chmod(0o755)
    meeting = SshMeeting(folder / "meetings", None, Limits())
    return asyncio.run(meeting.key_of(Connection("cpu1", "10.0.0.1")))


def test_ssh_itself_accepts_the_key_and_writes_it_down(tmp_path: Path, ssh: Path) -> None:
    script = (
        f'learned=$(sed -n "s/.*UserKnownHostsFile \\"\\(.*learned\\)\\"/\\1/p" "$2"); echo "cpu1 {KEY}" > "$learned"'
    )
    assert meet(tmp_path, ssh, script) == KEY


def test_a_host_that_shows_no_key_is_told_in_ssh_s_words(tmp_path: Path, ssh: Path) -> None:
    with pytest.raises(ProviderError, match="host cpu1: showed no SSH host key: Connection timed out"):
        meet(tmp_path, ssh, "echo Connection timed out >&2; exit 255")


def test_fingerprints_are_those_of_ssh_keygen() -> None:
    assert fingerprint(KEY) == "ssh-ed25519 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"
