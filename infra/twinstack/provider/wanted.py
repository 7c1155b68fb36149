"""What the program of this run wants of controllers.

The state of a host that goes knows those of its last change: the one to be asked may be going itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.provider.connection import Connection
from twinstack.provider.host_state import HostState

CONTROLLED_BY = {"slurm-controller": "slurm", "kubernetes-control-plane": "kubernetes"}
"""Schedulers by the role of those who control them."""


class Wanted:
    """Learns from every host that the program declares; the engine asks how each differs before it removes others."""

    def __init__(self) -> None:
        self._told = False
        self._asked: dict[str, Connection] = {}
        self._controlled: set[str] = set()

    def take(self, host: HostState) -> None:
        """Take up what is wanted of one host."""
        self._told = True
        self._asked.update(host.controllers)
        self._controlled.update(side for role, side in CONTROLLED_BY.items() if role in host.roles)

    def controllers(self, last: Mapping[str, Connection]) -> dict[str, Connection]:
        """Who is asked for a host that goes, by scheduler; none where the program wants that scheduler no more.

        Where nothing was declared (`pulumi destroy`), or all controllers are in maintenance, those that the host knew.
        """
        stay = self._asked.keys() | (self._controlled if self._told else last.keys())
        return {side: self._asked.get(side, itself) for side, itself in last.items() if side in stay}
