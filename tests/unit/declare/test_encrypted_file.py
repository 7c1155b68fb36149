from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from twinstack.declare.encrypted_file import EncryptedFile, EncryptedFileError, usual_identity

TEXT = b"munge-key: hush\nslurmdbd-password: quiet\n"
SECRETS = {"munge-key": "hush", "slurmdbd-password": "quiet"}


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    made = pyrage.x25519.Identity.generate()
    path = tmp_path / "keys.txt"
    path.write_text(f"# public key: {made.to_public()}\n{made}\n")
    return path


def encrypted(identity: Path, text: bytes = TEXT, *, armored: bool = False) -> Path:
    key = pyrage.x25519.Identity.from_str(identity.read_text().splitlines()[1])
    path = identity.with_name("secrets.age")
    path.write_bytes(pyrage.encrypt(text, [key.to_public()], armored))
    return path


def sops(folder: Path, script: str) -> dict[str, str]:
    """An environment with a program that stands in for sops."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "sops"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:/usr/bin:/bin"}


@pytest.mark.parametrize("armored", [False, True])
def test_an_age_file_is_opened_by_its_identity(identity: Path, armored: bool) -> None:  # noqa: FBT001
    assert EncryptedFile(encrypted(identity, armored=armored), identity).read({}) == SECRETS


def test_the_identity_is_where_sops_users_have_it(identity: Path) -> None:
    assert EncryptedFile(encrypted(identity)).read({"SOPS_AGE_KEY_FILE": str(identity)}) == SECRETS
    assert usual_identity({"HOME": "/home/ana"}) == Path("/home/ana/.config/sops/age/keys.txt")
    assert usual_identity({"XDG_CONFIG_HOME": "/x"}) == Path("/x/sops/age/keys.txt")


def test_what_keeps_an_age_file_shut_is_told_with_what_mends_it(identity: Path, tmp_path: Path) -> None:
    path, other, broken = encrypted(identity), tmp_path / "other", tmp_path / "broken"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    broken.write_text("nothing of use\n")
    for found, what in ((tmp_path / "none", "no identity"), (other, "does not open it"), (broken, "neither an age")):
        with pytest.raises(EncryptedFileError, match=what):
            EncryptedFile(path, found).read({})
    with pytest.raises(EncryptedFileError, match=r"no such file.*twinstack:secrets"):
        EncryptedFile(tmp_path / "gone.age", identity).read({})


@pytest.mark.parametrize(
    ("text", "told"),
    [(b"- hush", "not a mapping"), (b"a: [hush", "not YAML"), (b"pin: 12345\nempty: ''\nok: fine", "pin, empty")],
)
def test_other_contents_are_refused_without_showing_them(identity: Path, text: bytes, told: str) -> None:
    with pytest.raises(EncryptedFileError, match=told) as caught:
        EncryptedFile(encrypted(identity, text), identity).read({})
    assert "hush" not in str(caught.value)
    assert "12345" not in str(caught.value)


def test_a_sops_file_is_read_by_sops_with_the_stacks_identity(tmp_path: Path) -> None:
    path = tmp_path / "secrets.yaml"
    path.write_text("sops: {}\n")
    environment = sops(
        tmp_path,
        'test "$1 $2 $3" = "decrypt --output-type json" && printf "{\\n\\t\\"a\\": \\"$SOPS_AGE_KEY_FILE\\"\\n}"',
    )
    assert EncryptedFile(path, Path("/keys")).read(environment) == {"a": "/keys"}


def test_secrets_of_the_configuration_are_not_handed_on_to_sops(tmp_path: Path) -> None:
    path = tmp_path / "secrets.yaml"
    path.write_text("sops: {}\n")
    environment = sops(tmp_path, 'printf "{\\"a\\": \\"${PULUMI_CONFIG-none} $AWS_PROFILE\\"}"')
    given = {**environment, "PULUMI_CONFIG": "hush", "AWS_PROFILE": "site"}
    assert EncryptedFile(path).read(given) == {"a": "none site"}


def test_sops_failing_or_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "secrets.yaml"
    path.write_text("sops: {}\n")
    with pytest.raises(EncryptedFileError, match=r"not on PATH.*getsops"):
        EncryptedFile(path).read({"PATH": str(tmp_path)})
    environment = sops(tmp_path, "echo no master key was able >&2; exit 128")
    with pytest.raises(EncryptedFileError, match=r"no master key was able.*SOPS_AGE_KEY_FILE"):
        EncryptedFile(path).read(environment)
