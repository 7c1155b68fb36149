from __future__ import annotations

from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail

from playbooks.plugins.action.twinstack_files import ActionModule, split, text_of

SECRETS = {"munge-key": "k3y", "slurmdbd-password": "pw"}


def test_texts_come_from_artefacts_own_contents_and_secrets(tmp_path: Path) -> None:
    artefact = tmp_path / "artefact"
    artefact.write_text("from artefact\n")
    assert text_of({"dest": "/a", "src": str(artefact)}, SECRETS) == "from artefact\n"
    assert text_of({"dest": "/a", "content": "own\n"}, SECRETS) == "own\n"
    assert text_of({"dest": "/a", "content": ""}, SECRETS) == ""
    assert text_of({"dest": "/a", "secret": "munge-key"}, SECRETS) == "k3y\n"


def test_marks_are_filled_only_in_secret_files() -> None:
    text = "StoragePass=@secret:slurmdbd-password@\n"
    assert text_of({"dest": "/a", "content": text, "secret": "slurmdbd-password"}, SECRETS) == "StoragePass=pw\n"
    assert text_of({"dest": "/a", "content": text}, SECRETS) == text


@pytest.mark.parametrize(
    "file", [{"dest": "/a", "secret": "lost"}, {"dest": "/a", "content": "@secret:lost@", "secret": "munge-key"}]
)
def test_a_missing_secret_is_named_with_the_remedy(file: dict[str, str]) -> None:
    with pytest.raises(AnsibleActionFail, match="pulumi config set --secret lost"):
        text_of(file, SECRETS)


def test_a_file_without_a_source_is_refused() -> None:
    with pytest.raises(AnsibleActionFail, match="/a: neither"):
        text_of({"dest": "/a"}, SECRETS)


def test_secret_texts_are_kept_apart_from_what_may_be_shown() -> None:
    files = [{"dest": "/plain", "content": "x\n", "mode": "0644"}, {"dest": "/key", "secret": "munge-key"}]
    shown, hidden = split(files, SECRETS)
    assert hidden == {"/key": "k3y\n"}
    assert [file["content"] for file in shown] == ["x\n", None]
    assert "k3y" not in str(shown)


def test_units_that_the_role_no_longer_has_are_handed_on() -> None:
    plugin = object.__new__(ActionModule)
    assert plugin.arguments("demo", {"twinstack_roles": {"demo": {"leaving": ["a.service"]}}})["leaving"] == [
        "a.service"
    ]
    assert plugin.arguments("demo", {"twinstack_roles": {"demo": {}}})["leaving"] == []
