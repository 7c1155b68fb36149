from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.login import as_root, files, home

KEY = "ssh-ed25519 AAA operator of one"


@pytest.fixture
def layers(tmp_path: Path) -> tuple[str, str]:
    """An image whose upper layer made a user of its own."""
    for layer, text in (("top", "root:x:0:\ndaemon:x:1:\nadded:x:2:\n"), ("base", "root:x:0:\ndaemon:x:1:\n")):
        (tmp_path / layer / "etc").mkdir(parents=True)
        for name in ("passwd", "group"):
            (tmp_path / layer / "etc" / name).write_text(text)
    return (str(tmp_path / "top"), str(tmp_path / "base"))


def test_root_comes_by_its_key_and_nothing_else_is_made() -> None:
    (made,) = files("root", KEY, ()).items()
    assert (made[0], made[1].text, made[1].mode) == ("/root/.ssh/authorized_keys", f"{KEY}\n", 0o600)


def test_an_ordinary_user_joins_those_of_the_image(layers: tuple[str, str]) -> None:
    made = files("admin", KEY, layers)
    entry = "admin:*:1000:1000:operator:/var/lib/admin:/bin/bash"
    assert made["/etc/passwd"].text.splitlines() == ["root:x:0:", "daemon:x:1:", "added:x:2:", entry]
    assert made["/etc/group"].text.splitlines()[-1] == "admin:x:1000:"


def test_only_the_ordinary_user_has_the_key_and_needs_no_password_for_root(layers: tuple[str, str]) -> None:
    made = files("admin", KEY, layers)
    assert [path for path, file in made.items() if KEY in file.text] == ["/etc/tmpfiles.d/operator.conf"]
    assert (
        f"f {home('admin')}/.ssh/authorized_keys 0600 admin admin - {KEY}\n"
        in made["/etc/tmpfiles.d/operator.conf"].text
    )
    sudoers = made["/etc/sudoers.d/operator"]
    assert (sudoers.text, sudoers.mode) == ("admin ALL=(ALL) NOPASSWD: ALL\n", 0o440)


def test_an_account_of_the_image_is_nobody_s_login(layers: tuple[str, str]) -> None:
    with pytest.raises(SandboxError, match="'added' is in the image's /etc/passwd"):
        files("added", KEY, layers)


def test_commands_run_as_root_whoever_logs_in() -> None:
    assert as_root("root", "id -u || true") == "id -u || true"
    assert shlex.split(as_root("admin", "echo 'a b' || true")) == ["sudo", "-n", "sh", "-c", "echo 'a b' || true"]
