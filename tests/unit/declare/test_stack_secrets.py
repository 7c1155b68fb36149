from __future__ import annotations

from pathlib import Path

import pulumi
import pyrage
import pytest

from tests.unit.declare.engines import declared
from twinstack.declare.stack_secrets import declare_secrets


def secrets(*names: str, **config: str) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
    """The values, and the inputs of the resources that were made for them."""
    found: dict[str, str] = {}

    def program() -> object:
        return declare_secrets(names, pulumi.Config("twinstack"), pulumi.ResourceOptions()).apply(found.update)

    engine = declared(program, config)
    return found, engine.of("Secret")


def test_known_secrets_are_made_once_each() -> None:
    found, made = secrets("munge-key", "slurmdbd-password", "munge-key")
    assert found == {"munge-key": "made", "slurmdbd-password": "made"}
    assert made["munge-key"] == {"bytes": 128, "encoding": "hex"}
    assert len(made) == 2


def test_configured_secrets_are_taken_from_there() -> None:
    found, made = secrets("munge-key", "token", **{"munge-key": "mine", "token": "given"})
    assert made == {}
    assert found == {"munge-key": "mine", "token": "given"}


def test_what_can_be_neither_found_nor_made_is_told_at_once_with_the_command() -> None:
    with pytest.raises(pulumi.RunError) as caught:
        secrets("token", "other")
    assert str(caught.value).splitlines() == [
        f"secret {name} is not set: pulumi config set --secret twinstack:{name} "
        "(or put it into the file that twinstack:secrets names)"
        for name in ("other", "token")
    ]


@pytest.fixture
def age_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "keys.txt").write_text(f"{identity}\n")
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(tmp_path / "keys.txt"))
    path = tmp_path / "secrets.age"
    path.write_bytes(pyrage.encrypt(b"munge-key: filed\nmunge_key: misspelt\n", [identity.to_public()]))
    return str(path)


def test_an_encrypted_file_gives_what_the_configuration_does_not(age_file: str) -> None:
    found, made = secrets("munge-key", "slurmdbd-password", secrets=age_file)
    assert found == {"munge-key": "filed", "slurmdbd-password": "made"}
    assert list(made) == ["slurmdbd-password"]
    found, _ = secrets("munge-key", secrets=age_file, **{"munge-key": "configured"})
    assert found == {"munge-key": "configured"}


def test_a_name_in_the_file_that_nothing_uses_is_told(age_file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    secrets("munge-key", secrets=age_file)
    assert told == [f"{age_file}: nothing of this site uses munge_key"]


def test_a_file_that_cannot_be_read_stops_the_program(tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError, match=r"gone\.age: no such file"):
        secrets("munge-key", secrets=str(tmp_path / "gone.age"))


def test_a_secret_in_clear_is_refused_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twinstack.declare.stack_secrets.is_config_secret", lambda key: key != "twinstack:token")
    with pytest.raises(pulumi.RunError, match=r"token is in clear.*config set --secret twinstack:token"):
        secrets("munge-key", "token", **{"munge-key": "mine", "token": "given"})
