"""Secrets in a file that may lie in version control: encrypted by age, or by SOPS.

Either holds a YAML mapping of secret names to texts. Sources: age-encryption.org/v1 (read by pyrage, armored or not);
getsops.io/docs (read by the `sops` program, which also knows key services and PGP). Decrypted texts stay in memory.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyrage
import yaml

AGE = ".age"
KEY_FILE = "SOPS_AGE_KEY_FILE"
MARK = "AGE-SECRET-KEY-"
TIMEOUT = 60
CONFIGURATION = "PULUMI_CONFIG"
"""The environment variable by which Pulumi gives a program its configuration, secrets in clear: for nobody else."""


class EncryptedFileError(Exception):
    """The file cannot be read; the text says why and what mends it, and nothing of what is in the file."""


@dataclass(frozen=True, slots=True)
class EncryptedFile:
    """A file of secrets; `identity` is the age identity (or SSH private key) that opens it, None: the usual place."""

    path: Path
    identity: Path | None = None

    def read(self, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Secrets by name.

        Raises:
            EncryptedFileError: the file, the identity or the program is missing, or they do not fit.
        """
        if not self.path.is_file():
            raise EncryptedFileError(f"{self.path}: no such file (the stack's configuration names it: {SETTING})")
        if self.path.suffix == AGE:
            return parsed(self.path, yaml.safe_load, self._age(environment))
        return parsed(self.path, json.loads, self._sops(environment))

    def _age(self, environment: Mapping[str, str]) -> bytes:
        identity = self.identity or usual_identity(environment)
        if not identity.is_file():
            raise EncryptedFileError(f"{self.path}: there is no identity {identity} to open it with ({IDENTITY_HINT})")
        try:
            return bytes(pyrage.decrypt(self.path.read_bytes(), list(identities(identity))))
        except pyrage.DecryptError as error:
            raise EncryptedFileError(f"{self.path}: {identity} does not open it: {error} ({IDENTITY_HINT})") from None

    def _sops(self, environment: Mapping[str, str]) -> bytes:
        program = shutil.which("sops", path=environment.get("PATH"))
        if program is None:
            raise EncryptedFileError(f"{self.path}: `sops` is not on PATH ({SOPS_HINT})")
        own = {KEY_FILE: str(self.identity)} if self.identity else {}
        passed_on = {name: text for name, text in environment.items() if name != CONFIGURATION}
        done = subprocess.run(
            (program, "decrypt", "--output-type", "json", str(self.path)),
            env={**passed_on, **own},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise EncryptedFileError(f"{self.path}: sops cannot decrypt it: {said} ({IDENTITY_HINT})")
        return done.stdout


SETTING = "twinstack:secrets"
IDENTITY_HINT = f"pulumi config set twinstack:identity FILE, or {KEY_FILE} in the environment"
SOPS_HINT = "install it from github.com/getsops/sops, or encrypt the file with age and end its name in .age"


def usual_identity(environment: Mapping[str, str]) -> Path:
    """Where SOPS and its users keep their age identities."""
    if environment.get(KEY_FILE):
        return Path(environment[KEY_FILE])
    home = Path(environment.get("HOME") or "/")
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "sops" / "age" / "keys.txt"


def identities(path: Path) -> Iterator[pyrage.x25519.Identity | pyrage.ssh.Identity]:
    """The identities of an age key file, or the one of an SSH private key without a passphrase.

    Raises:
        EncryptedFileError: there is none in the file.
    """
    text = path.read_text()
    lines = [line.strip() for line in text.splitlines() if line.startswith(MARK)]
    try:
        if lines:
            yield from (pyrage.x25519.Identity.from_str(line) for line in lines)
        else:
            yield pyrage.ssh.Identity.from_buffer(text.encode())
    except pyrage.IdentityError as error:
        raise EncryptedFileError(f"{path}: neither an age identity nor an SSH private key: {error}") from None


def parsed(path: Path, parse: Callable[[bytes], object], decrypted: bytes) -> dict[str, str]:
    """Names and texts of the decrypted document; SOPS gives JSON with tabs, which YAML does not allow.

    Raises:
        EncryptedFileError: it is anything else; names may be told, texts not.
    """
    try:
        found = parse(decrypted)
    except (yaml.YAMLError, ValueError):
        raise EncryptedFileError(f"{path}: what is in it is not YAML") from None
    if not isinstance(found, dict):
        raise EncryptedFileError(f"{path}: what is in it is not a mapping of names to texts")
    wrong = [str(name) for name, value in found.items() if not isinstance(value, str) or not value]
    if wrong:
        raise EncryptedFileError(f"{path}: not a text (put it in quotes): {', '.join(wrong)}")
    return {str(name): value.rstrip("\n") for name, value in found.items()}
