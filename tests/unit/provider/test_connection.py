from __future__ import annotations

import pytest

from twinstack.provider.connection import Connection

PROPERTIES = {
    "name": "cpu1",
    "address": "10.0.0.1",
    "port": 22,
    "user": "root",
    "hostKey": "ssh-ed25519 A\nssh-rsa B\n",
}


def test_a_connection_is_read_with_the_host_it_goes_through() -> None:
    found = Connection.of({**PROPERTIES, "jump": {"name": "gate", "address": "192.0.2.1", "port": 2222, "user": "ops"}})
    assert found.jump == Connection("gate", "192.0.2.1", 2222, "ops")
    assert found.keys == {"ssh-ed25519 A", "ssh-rsa B"}


@pytest.mark.parametrize(
    ("key", "same"),
    [
        ("ssh-rsa B\nssh-ed25519 A", True),
        ("ssh-ed25519 A\necdsa NEW", True),
        ("ssh-ed25519 C", False),
        ("", True),
    ],
)
def test_a_machine_is_the_same_as_long_as_it_keeps_one_key(key: str, same: bool) -> None:  # noqa: FBT001
    other = Connection.of({**PROPERTIES, "hostKey": key})
    assert Connection.of(PROPERTIES).is_same_machine(other) is same
