"""The secrets of a stack: from its configuration, or made once and kept in its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pulumi

from twinstack.declare.resources import Secret

MADE: Mapping[str, tuple[int, str]] = MappingProxyType(
    {"munge-key": (128, "hex"), "slurmdbd-password": (24, "urlsafe")}
)


def declare_secrets(
    names: Iterable[str], config: pulumi.Config, options: pulumi.ResourceOptions
) -> pulumi.Output[Mapping[str, str]]:
    """A value for every name: the configuration's where it has one, else one that is made at random.

    Raises:
        pulumi.RunError: names that can neither be found nor made.
    """
    wanted = sorted(set(names))
    given = {name: value for name in wanted if (value := config.get_secret(name)) is not None}
    missing = [name for name in wanted if name not in given and name not in MADE]
    if missing:
        raise pulumi.RunError("\n".join(_how_to_set(name) for name in missing))
    made = {name: Secret(name, *MADE[name], options).value for name in wanted if name not in given}
    found: pulumi.Input[Mapping[str, str]] = pulumi.Output.all(**given, **made) if wanted else {}
    return pulumi.Output.secret(found)


def _how_to_set(name: str) -> str:
    return f"secret {name} is not set: pulumi config set --secret twinstack:{name}"
