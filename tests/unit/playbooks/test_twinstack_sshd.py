from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from playbooks.plugins.module_utils import twinstack_sshd
from playbooks.plugins.module_utils.twinstack_sshd import Login, obstacles, present_login, refusal, ssh_connection

ME = getpass.getuser()
LOGIN = Login("ana", "10.0.0.9", "10.0.0.1", "22")
OPEN = {"port": ["22"], "pubkeyauthentication": ["yes"], "authorizedkeyscommand": ["/bin/keys"]}
SSHD = shutil.which("sshd") or "/usr/sbin/sshd"


def run(command: list[str]) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({}, None),
        ({"port": ["2222"], "listenaddress": ["0.0.0.0:2222"]}, "nothing listens on port 22"),
        ({"port": ["2222"], "listenaddress": ["[::]:22"]}, None),
        ({"pubkeyauthentication": ["no"]}, "keys are not accepted"),
        ({"authenticationmethods": ["publickey,password"]}, "a key alone is not enough"),
        ({"authenticationmethods": ["publickey,password publickey"]}, None),
        ({"forcecommand": ["/bin/false"]}, "only /bin/false is run"),
        ({"allowusers": ["bo", "an*"]}, None),
        ({"allowusers": ["bo"]}, "ana is not among AllowUsers bo"),
        ({"allowusers": ["ana@10.0.0.9"]}, None),
        ({"allowusers": ["ana@192.168.0.1"]}, "ana is not among AllowUsers"),
        ({"denyusers": ["ana"]}, "ana is denied"),
        ({"allowgroups": ["no-such-group"]}, "no group of ana is among AllowGroups"),
        ({"authorizedkeyscommand": ["none"], "authorizedkeysfile": ["/no/such/%u"]}, "has a key for ana"),
    ],
)
def test_what_keeps_a_key_out(options: dict[str, list[str]], what: str | None) -> None:
    found = obstacles(OPEN | options, LOGIN)
    assert ([what in each for each in found] == [True]) if what else found == []


@pytest.mark.parametrize(("value", "shut"), [("no", True), ("forced-commands-only", True), ("without-password", False)])
def test_root_may_come_with_a_key(value: str, shut: bool) -> None:  # noqa: FBT001
    assert bool(obstacles(OPEN | {"permitrootlogin": [value]}, Login("root"))) is shut


def test_a_jump_host_goes_on_forwarding() -> None:
    closed = OPEN | {"allowtcpforwarding": ["no"]}
    assert obstacles(closed, LOGIN) == []
    assert "not forwarded" in obstacles(closed, LOGIN._replace(forward=True))[0]


def test_keys_are_looked_for_where_the_daemon_looks(tmp_path: Path) -> None:
    keys = tmp_path / ME
    found = {"port": ["22"], "authorizedkeysfile": [f"none {tmp_path}/%u"]}
    keys.write_text("# none yet\n")
    assert "has a key" in obstacles(found, Login(ME))[0]
    keys.write_text("ssh-ed25519 AAAA me\n")
    assert obstacles(found, Login(ME)) == []


def fake_proc(root: Path, parents: dict[int, int], connection: dict[int, str]) -> Path:
    for process, parent in parents.items():
        folder = root / str(process)
        folder.mkdir()
        (folder / "stat").write_text(f"{process} (a ) b) S {parent} 1 1")
        said = f"SSH_CONNECTION={connection[process]}" if process in connection else "LANG=C"
        (folder / "environ").write_bytes(f"PATH=/bin\0{said}\0".encode())
    return root


def test_the_way_in_is_found_behind_sudo(tmp_path: Path) -> None:
    proc = fake_proc(tmp_path, {30: 20, 20: 10, 10: 1}, {20: "10.0.0.9 5000 10.0.0.1 2222"})
    assert ssh_connection(proc, 30) == ["10.0.0.9", "5000", "10.0.0.1", "2222"]
    login = present_login("ana", forward=False, proc=proc, process=30)
    assert login.specification == "user=ana,host=10.0.0.9,addr=10.0.0.9,laddr=10.0.0.1,lport=2222"
    assert present_login("ana", forward=False, proc=proc, process=10).specification == (
        "user=ana,host=127.0.0.1,addr=127.0.0.1"
    )


class Files:
    """An SSH configuration of its own, with a host key that the real daemon takes."""

    def __init__(self, root: Path) -> None:
        self.main = root / "sshd_config"
        self.dest = root / "sshd_config.d" / "00-twinstack.conf"
        self.staged = root / "staged"
        self.dest.parent.mkdir()
        key, keys = root / "key", root / "keys"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        keys.write_text("ssh-ed25519 AAAA me\n")
        self.main.write_text(f"Include {self.dest.parent}/*.conf\nHostKey {key}\nAuthorizedKeysFile {keys}\n")

    def refusal(self, text: str, user: str = "root") -> str | None:
        self.staged.write_text(text)
        return refusal(self.dest, self.staged, Login(user), run, self.main)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    if not Path(SSHD).exists() or os.geteuid() != 0:
        pytest.skip("no sshd that would read its configuration here")
    monkeypatch.setattr(twinstack_sshd, "SSHD", SSHD)
    Path("/run/sshd").mkdir(exist_ok=True)
    return Files(tmp_path)


def test_sshd_takes_what_lets_the_operator_in(files: Files) -> None:
    assert files.refusal("PermitRootLogin prohibit-password\nPasswordAuthentication no\n") is None
    assert files.refusal("PermitRootLogin no\n", user=ME if ME != "root" else "daemon") is None


def test_sshd_refuses_what_it_does_not_know(files: Files) -> None:
    assert "00-twinstack.conf: line 1: Bad configuration option: Colour" in (files.refusal("Colour red\n") or "")


def test_a_lock_out_is_refused_in_words(files: Files) -> None:
    assert files.refusal("PermitRootLogin no\n") == "it would lock root out: root may not log in (PermitRootLogin no)"
    assert "not among AllowUsers bo" in (files.refusal("AllowUsers bo\n") or "")
    matched = "Match User root Address 127.0.0.1\n  PubkeyAuthentication no\n"
    assert "keys are not accepted" in (files.refusal(matched) or "")


def test_an_obstacle_that_was_there_before_is_not_the_files(files: Files) -> None:
    files.main.write_text(files.main.read_text() + "ForceCommand /bin/menu\n")
    assert files.refusal("UseDNS no\n") is None


def test_another_drop_in_may_shut_what_the_file_opens(files: Files) -> None:
    (files.dest.parent / "zz.conf").write_text("UseDNS no\n")
    files.dest.write_text("PermitRootLogin yes\n")
    assert "PermitRootLogin no" in (files.refusal("PermitRootLogin no\n") or "")


def test_a_file_that_nothing_includes_is_refused(files: Files) -> None:
    files.main.write_text("Port 22\n")
    assert "does not include" in (files.refusal("UseDNS no\n") or "")
