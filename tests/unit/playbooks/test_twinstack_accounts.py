from __future__ import annotations

import os
import stat
from pathlib import Path

from playbooks.plugins.modules.twinstack_accounts import (
    Known,
    group_commands,
    known,
    make_home,
    missing_homes,
    user_commands,
)

NOBODY = Known({}, {})
WANTED = {"climate": {"gid": 42023, "members": ["bo", "ana"]}}


def lines(commands: list[list[str]]) -> list[str]:
    return [" ".join(command) for command in commands]


def test_missing_users_are_added_without_a_home() -> None:
    assert lines(user_commands({"ana": 20001}, NOBODY, "users", "/bin/bash")) == [
        "useradd --uid 20001 --gid users --shell /bin/bash --home-dir /home/ana --no-create-home ana"
    ]


def test_only_wrong_numbers_are_changed() -> None:
    have = Known({"ana": 20001, "bo": 1000}, {})
    assert lines(user_commands({"ana": 20001, "bo": 20002}, have, "users", "/bin/bash")) == ["usermod --uid 20002 bo"]


def test_groups_get_number_and_exactly_their_members() -> None:
    assert lines(group_commands(WANTED, NOBODY)) == [
        "groupadd --gid 42023 climate",
        "gpasswd --members ana,bo climate",
    ]
    settled = Known({}, {"climate": (42023, frozenset({"ana", "bo"}))})
    assert group_commands(WANTED, settled) == []
    other = Known({}, {"climate": (5, frozenset({"ana", "bo", "eve"}))})
    assert lines(group_commands(WANTED, other)) == [
        "groupmod --gid 42023 climate",
        "gpasswd --members ana,bo climate",
    ]


def test_an_emptied_group_loses_its_members() -> None:
    have = Known({}, {"climate": (42023, frozenset({"ana"}))})
    assert group_commands({"climate": {"gid": 42023, "members": []}}, have) == [["gpasswd", "--members", "", "climate"]]


def test_the_name_service_is_asked_for_the_listed_only() -> None:
    found = known({"root": 0, "nobody-here": 1}, {"root": {}, "no-group-here": {}})
    assert found.users == {"root": 0}
    assert set(found.groups) == {"root"}


def test_homes_are_made_from_the_skeleton_for_their_owner_alone(tmp_path: Path) -> None:
    skeleton = tmp_path / "skel"
    skeleton.mkdir()
    (skeleton / ".profile").write_text("umask 027\n")
    homes = tmp_path / "homes"
    homes.mkdir()
    (homes / "bo").mkdir()
    assert missing_homes({"ana": 1, "bo": 2}, str(homes)) == [homes / "ana"]
    assert missing_homes({"ana": 1}, None) == []
    (homes / ".ana.new").mkdir()  # a killed run's
    make_home(homes / "ana", os.getuid(), os.getgid(), skeleton)
    assert (homes / "ana" / ".profile").read_text() == "umask 027\n"
    assert stat.S_IMODE((homes / "ana").stat().st_mode) == 0o700
    assert sorted(path.name for path in homes.iterdir()) == ["ana", "bo"]


def test_a_home_without_a_skeleton_is_empty(tmp_path: Path) -> None:
    make_home(tmp_path / "ana", os.getuid(), os.getgid(), tmp_path / "none")
    assert list((tmp_path / "ana").iterdir()) == []
