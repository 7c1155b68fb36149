"""What the reasons of drains begin with, by which each is known again: the provider and the roles set and end them."""

from __future__ import annotations

from collections.abc import Mapping

CHANGE = "twinstack: change of "
REMOVAL = "twinstack: removal"
MAINTENANCE = "twinstack: maintenance"


def leaving(timeout: int) -> Mapping[str, object]:
    """How a node is drained that will be in the cluster no more; `timeout` in seconds."""
    return {"reason": REMOVAL, "timeout": timeout, "kinds": [CHANGE]}
