from __future__ import annotations

import pulumi
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
        "secret other is not set: pulumi config set --secret twinstack:other",
        "secret token is not set: pulumi config set --secret twinstack:token",
    ]
