from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail

from playbooks.plugins.action.mariadb_account import native_hash, password_of
from playbooks.plugins.modules import mariadb_account
from playbooks.plugins.modules.mariadb_account import Failed, Wanted, missing, question

HASH = native_hash("pw")
WANTED = Wanted("slurm_acct_db", "slurm", HASH)
THERE = ["database", HASH, "grant"]


def secrets(tmp_path: Path, **values: str) -> str:
    (tmp_path / "secrets.json").write_text(json.dumps(values))
    return str(tmp_path / "secrets.json")


def test_the_hash_is_mariadbs() -> None:
    # SELECT PASSWORD('pw') of a MariaDB 10.11
    assert native_hash("pw") == "*D821809F681A40A6E379B50D0463EFAE20BDD122"


def test_a_missing_password_is_named_with_the_remedy(tmp_path: Path) -> None:
    for path in (None, secrets(tmp_path, other="x")):
        with pytest.raises(AnsibleActionFail, match="pulumi config set --secret pw-name"):
            password_of(path, "pw-name")


@pytest.mark.parametrize("password", ["two words", 'quo"te', "it's", "a#comment", "back\\slash", "grüße", "line\n"])
def test_a_password_that_slurmdbd_conf_cannot_hold_is_refused_and_not_shown(tmp_path: Path, password: str) -> None:
    with pytest.raises(AnsibleActionFail, match="cannot hold it") as refused:
        password_of(secrets(tmp_path, pw=password), "pw")
    assert password not in str(refused.value)


def test_signs_are_allowed_in_passwords(tmp_path: Path) -> None:
    assert password_of(secrets(tmp_path, pw="a=1$x%!"), "pw") == "a=1$x%!"


def test_nothing_is_missing_when_all_is_there() -> None:
    assert missing(WANTED, THERE) == []


def test_what_is_missing_is_made_in_order_and_the_hash_is_not_shown() -> None:
    found = missing(WANTED, [])
    assert [statement.text.split()[0] for statement in found] == ["CREATE", "CREATE", "ALTER", "GRANT"]
    assert HASH in "".join(statement.text for statement in found)
    assert HASH not in "".join(statement.shown for statement in found)


def test_another_password_is_altered_only() -> None:
    found = missing(WANTED, ["database", native_hash("old"), "grant"])
    assert [statement.text.split()[:2] for statement in found] == [["CREATE", "USER"], ["ALTER", "USER"]]


class FakeModule:
    """Answers systemctl and mariadb from a script and rejects what it was not told of."""

    def __init__(self, *, running: bool, answer: list[str], check_mode: bool = False, **params: Any) -> None:
        self.params = {
            "unit": "mariadb.service",
            "database": "slurm_acct_db",
            "user": "slurm",
            "password_hash": HASH,
        } | params
        self.check_mode = check_mode
        self.running, self.answer = running, answer
        self.ran: list[str] = []
        self.inputs: list[str] = []

    def run_command(self, command: list[str], data: str = "") -> tuple[int, str, str]:
        line = " ".join(command)
        self.ran.append(line)
        self.inputs.append(data)
        if line == "systemctl is-active --quiet mariadb.service":
            return (0 if self.running else 3), "", ""
        if line == "systemctl start mariadb.service":
            return 0, "", ""
        assert line == "mariadb --batch --skip-column-names"
        return 0, "\n".join(self.answer), ""


def test_a_settled_server_is_asked_once() -> None:
    module = FakeModule(running=True, answer=THERE)
    assert mariadb_account.settle(module) == {"changed": False, "statements": []}
    assert module.inputs[-1] == question(WANTED)
    assert len(module.ran) == 2


def test_a_stopped_server_is_started_first() -> None:
    module = FakeModule(running=False, answer=[])
    assert mariadb_account.settle(module)["changed"]
    assert module.ran[1] == "systemctl start mariadb.service"
    assert "GRANT ALL" in module.inputs[-1]
    assert HASH not in " ".join(module.ran)


@pytest.mark.parametrize("running", [True, False])
def test_check_mode_changes_nothing(running: bool) -> None:  # noqa: FBT001
    module = FakeModule(running=running, answer=[], check_mode=True)
    assert mariadb_account.settle(module)["changed"]
    assert not any("start" in line for line in module.ran)
    assert not any("CREATE" in statements for statements in module.inputs)


@pytest.mark.parametrize("odd", [{"database": "a; drop"}, {"user": "o'brien"}, {"password_hash": "pw"}])
def test_odd_names_never_reach_the_server(odd: dict[str, str]) -> None:
    module = FakeModule(running=True, answer=[], **odd)
    with pytest.raises(Failed):
        mariadb_account.settle(module)
    assert module.ran == []
