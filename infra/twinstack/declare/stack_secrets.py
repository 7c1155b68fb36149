"""The secrets of a stack: from its configuration, from an encrypted file, or made once and kept in its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pulumi
from pulumi.runtime.config import is_config_secret

from twinstack.declare.encrypted_file import EncryptedFile, EncryptedFileError
from twinstack.declare.resources import Secret
from twinstack.declare.settings import STACKS

MADE: Mapping[str, tuple[int, str]] = MappingProxyType(
    {"munge-key": (128, "hex"), "slurm-jwt-key": (64, "hex"), "slurmdbd-password": (24, "urlsafe")}
)


def declare_secrets(
    names: Iterable[str], config: pulumi.Config, options: pulumi.ResourceOptions
) -> pulumi.Output[Mapping[str, str]]:
    """A value for every name: the configuration's, else the encrypted file's, else one that is made at random.

    Raises:
        pulumi.RunError: names that can neither be found nor made, a secret in clear, a file that cannot be read.
    """
    wanted = sorted(set(names))
    configured = {name: value for name in wanted if (value := config.get_secret(name)) is not None}
    refuse_clear(configured, config)
    given = {**from_file(wanted, config), **configured}
    missing = [name for name in wanted if name not in given and name not in MADE]
    if missing:
        raise pulumi.RunError("\n".join(_how_to_set(name) for name in missing))
    made = {name: Secret(name, *MADE[name], options).value for name in wanted if name not in given}
    found: pulumi.Input[Mapping[str, str]] = pulumi.Output.all(**given, **made) if wanted else {}
    return pulumi.Output.secret(found)


def refuse_clear(names: Iterable[str], config: pulumi.Config) -> None:
    """Stop when the stack's configuration holds a secret that is not encrypted.

    Raises:
        pulumi.RunError: it does.
    """
    clear = [name for name in names if not is_config_secret(config.full_key(name))]
    if clear:
        raise pulumi.RunError(
            "\n".join(f"secret {name} is in clear in the configuration: {_set(name)}" for name in clear)
        )


def from_file(wanted: Iterable[str], config: pulumi.Config) -> dict[str, pulumi.Output[str]]:
    """The secrets of the file that the stack's configuration names; a name that nothing uses is told.

    Raises:
        pulumi.RunError: it cannot be read.
    """
    name, identity = config.get("secrets"), config.get("identity")
    if not name:
        return {}
    folder = Path(pulumi.get_root_directory()) / STACKS
    file = EncryptedFile(_path(folder, name), _path(folder, identity) if identity else None)
    try:
        found = file.read()
    except EncryptedFileError as error:
        raise pulumi.RunError(str(error)) from None
    names = frozenset(wanted)
    for stranger in _strangers(found, names):
        pulumi.log.warn(f"{file.path}: nothing of this site uses {stranger}")
    return {name: pulumi.Output.secret(value) for name, value in found.items() if name in names}


def _path(folder: Path, name: str) -> Path:
    """A file of the operator: `~` is the home, relative paths begin at the folder of the stack configurations."""
    return folder / Path(name).expanduser()


def _strangers(found: Iterable[str], wanted: frozenset[str]) -> Iterator[str]:
    return (name for name in found if name not in wanted)


def _how_to_set(name: str) -> str:
    return f"secret {name} is not set: {_set(name)} (or put it into the file that twinstack:secrets names)"


def _set(name: str) -> str:
    return f"pulumi config set --secret twinstack:{name}"
