from __future__ import annotations

import subprocess
from pathlib import Path

from twinstack.declare.known_hosts import KnownHosts

TEXT = """\
# comment
10.0.0.1,cpu1 ssh-ed25519 AAA a comment
cpu1 ssh-rsa BBB
[10.0.0.1]:2222 ssh-ed25519 CCC
@revoked 10.0.0.1 ssh-ed25519 DDD
@cert-authority *.internal ssh-ed25519 EEE

broken
"""


def read(folder: Path, text: str) -> KnownHosts:
    path = folder / "known_hosts"
    path.write_text(text)
    return KnownHosts.read(path)


def test_keys_are_found_under_any_name_sorted_and_once(tmp_path: Path) -> None:
    known = read(tmp_path, TEXT)
    assert known.keys_of("10.0.0.1", "cpu1") == "ssh-ed25519 AAA\nssh-rsa BBB"
    assert known.keys_of("10.0.0.1") == "ssh-ed25519 AAA"


def test_another_port_has_its_own_entries(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT).keys_of("10.0.0.1", "cpu1", port=2222) == "ssh-ed25519 CCC"


def test_revoked_keys_and_authorities_pin_nothing(tmp_path: Path) -> None:
    known = read(tmp_path, TEXT)
    assert "DDD" not in known.keys_of("10.0.0.1")
    assert known.keys_of("*.internal") == ""


def test_entries_that_openssh_hashed_are_found(tmp_path: Path) -> None:
    read(tmp_path, "10.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILz0RkJVCIlK1H/pjPNpbCFcdajcB8DLvo26dXx/5rv/\n")
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", tmp_path / "known_hosts"], check=True, capture_output=True)
    known = KnownHosts.read(tmp_path / "known_hosts")
    assert known.plain == {}
    assert known.keys_of("10.0.0.1").startswith("ssh-ed25519 AAAAC3")
    assert known.keys_of("10.0.0.2") == ""


def test_without_a_file_nothing_is_pinned(tmp_path: Path) -> None:
    assert KnownHosts.read(None) == KnownHosts.read(tmp_path / "none") == KnownHosts()
