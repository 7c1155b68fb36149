from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from twinstack.provider import ssh
from twinstack.provider.connection import Connection

GATE = Connection("gate", "192.0.2.1", 2222, "ops", "ssh-ed25519 GATE")
HOST = Connection("cpu1", "10.0.0.1", 22, "root", "ssh-ed25519 BBB\nssh-rsa AAA", GATE)


@pytest.fixture(autouse=True)
def _runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def effective(config: Path, host: str) -> dict[str, str]:
    """What OpenSSH itself makes of the configuration."""
    shown = subprocess.run(["ssh", "-G", "-F", config, host], capture_output=True, text=True, check=True).stdout
    return dict(line.split(" ", 1) for line in shown.splitlines() if " " in line)


def written(folder: Path, *hosts: Connection, key: Path | None = None) -> ssh.SshFiles:
    folder.mkdir(parents=True, exist_ok=True)
    return ssh.write(folder, hosts, key)


def test_openssh_takes_only_pinned_keys_and_asks_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "a state" / "runs" / "1"
    files = written(folder, HOST, key=tmp_path / "my key")
    found = effective(files.config, "cpu1")
    assert found["stricthostkeychecking"] in {"true", "yes"}
    assert found["userknownhostsfile"] == str(folder / "known_hosts")
    assert found["globalknownhostsfile"] == "/dev/null"
    assert found["batchmode"] == "yes"
    assert found["identityfile"] == str(tmp_path / "my key")
    assert (found["hostname"], found["user"], found["port"]) == ("10.0.0.1", "root", "22")


def test_a_host_behind_another_goes_through_it_with_its_own_settings(tmp_path: Path) -> None:
    files = written(tmp_path / "runs" / "1", HOST)
    assert effective(files.config, "cpu1")["proxyjump"] == "gate"
    gate = effective(files.config, "gate")
    assert (gate["hostname"], gate["user"], gate["port"]) == ("192.0.2.1", "ops", "2222")
    assert "proxyjump" not in gate


def test_pinned_keys_stand_under_the_hosts_names(tmp_path: Path) -> None:
    files = written(tmp_path / "runs" / "1", HOST)
    assert sorted(files.known_hosts.read_text().splitlines()) == [
        "cpu1 ssh-ed25519 BBB",
        "cpu1 ssh-rsa AAA",
        "gate ssh-ed25519 GATE",
    ]
    assert effective(files.config, "cpu1")["hostkeyalias"] == "cpu1"


def test_connections_are_shared_by_runs_of_a_state_and_not_with_a_machine_installed_anew(tmp_path: Path) -> None:
    def socket(state: str, host: Connection) -> str:
        number = len(list(tmp_path.rglob("ssh_config")))
        return effective(written(tmp_path / state / "runs" / str(number), host).config, "cpu1")["controlpath"]

    anew = Connection("cpu1", "10.0.0.1", 22, "root", "ssh-ed25519 OTHER", GATE)
    assert socket("a", HOST) == socket("a", HOST)
    assert len({socket("a", HOST), socket("a", anew), socket("b", HOST)}) == 3
    assert len(socket("a", HOST)) < 100 + len(str(tmp_path))


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ssh.control_folder(tmp_path / "runs" / "1")
    monkeypatch.setattr("os.getuid", lambda: path.stat().st_uid + 1)
    theirs = tmp_path / path.name.replace(f"-{path.stat().st_uid}-", f"-{path.stat().st_uid + 1}-")
    theirs.mkdir()
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        ssh.control_folder(tmp_path / "runs" / "1")


def test_a_jump_host_is_connected_to_once_before_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ssh").write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\nexit 255\n')
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    others = [Connection(f"cpu{number}", "10.0.0.1", jump=GATE) for number in range(3)]
    asyncio.run(ssh.open_jumps(Path("config"), [*others, GATE]))
    assert (tmp_path / "calls").read_text().splitlines() == ["-F config gate true"]


def test_a_first_meeting_accepts_that_host_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "meetings").mkdir()
    (tmp_path / "meetings" / "one").mkdir()
    config, learned = ssh.write_meeting(tmp_path / "meetings" / "one", HOST, None)
    met, gate = effective(config, "cpu1"), effective(config, "gate")
    assert (met["stricthostkeychecking"], met["userknownhostsfile"]) == ("accept-new", str(learned))
    assert (gate["stricthostkeychecking"], met["proxyjump"]) == ("true", "gate")
    assert gate["userknownhostsfile"] != str(learned)
    assert list(ssh.learned_keys("cpu1 ssh-ed25519 AAAA comment\n")) == ["ssh-ed25519 AAAA"]
