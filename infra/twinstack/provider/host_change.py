"""What is to be done to one host, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from twinstack.provider.connection import Connection
from twinstack.provider.drains import Drain
from twinstack.provider.questions import Nodes


@dataclass(frozen=True)
class HostChange:
    """Roles to be applied to one host, with all that Ansible has to know of it.

    `beside` are the nodes that count together with it, `leavers` the drains of nodes that leave Slurm by this change.
    """

    connection: Connection
    roles: tuple[str, ...]
    variables: Mapping[str, object]
    secrets: Mapping[str, str] = field(default_factory=dict)
    delegates: tuple[Connection, ...] = ()
    pool: str = ""
    max_unavailable: int = 1
    disturbs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drain: Drain = field(default_factory=Drain)
    beside: tuple[Nodes, ...] = ()
    leavers: tuple[HostChange, ...] = ()

    @property
    def name(self) -> str:
        """The host's name."""
        return self.connection.name

    @property
    def peers(self) -> frozenset[str]:
        """The hosts that its schedulers count together with it."""
        return frozenset[str]().union(*(nodes.names for nodes in self.beside))


@dataclass(frozen=True, slots=True)
class HostResult:
    """What became of a change: roles now in place; `attempted` whether anything may have been altered.

    `held` is what still runs on the host where that kept it from its change; `waiting`: it is to be asked again.
    """

    done: frozenset[str]
    attempted: bool
    problem: str | None = None
    held: str = ""
    waiting: bool = False
