"""Takes roles away from hosts: out of the schedulers first, then daemons are stopped; nothing is wiped.

What makes the machine a machine of its operator (`REACHABLE_BY`) goes on running.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twinstack.provider.apply import Applier
from twinstack.provider.connection import Connection
from twinstack.provider.drains import SERVES, Drain
from twinstack.provider.host_change import HostChange, HostResult
from twinstack.provider.host_state import HostState, may_end
from twinstack.provider.runner import Event, Runner
from twinstack.rendering.drain_reasons import REMOVAL

PLAYBOOK = "remove.yml"
GONE = "\nIf it is gone for good: set `maintenance: true` for it, `pulumi up`, then remove it from the inventory."
REACHABLE_BY = frozenset({"base", "users"})
KUBEADM = frozenset({"kubernetes-control-plane", "kubernetes-worker"})


@dataclass(frozen=True)
class Removal:
    """Roles that a host loses, with the units that they started; `contact` False: only its controllers are told."""

    connection: Connection
    roles: tuple[str, ...]
    units: tuple[str, ...]
    controllers: Mapping[str, Connection]
    contact: bool = True
    drain_timeout: int = 3600

    @property
    def name(self) -> str:
        """The host's name."""
        return self.connection.name

    @property
    def leaves(self) -> frozenset[str]:
        """The schedulers that the host is taken out of."""
        return frozenset(SERVES[role] for role in self.roles if role in SERVES)


def removal_of(host: HostState, roles: tuple[str, ...]) -> Removal:
    """The removal of some roles of a host, last started first; a unit that a role it keeps needs too stays."""
    kept = {unit for role, unit in host.units if role not in roles or role in REACHABLE_BY}
    units = [unit for role, unit in reversed(host.units) if role in roles and unit not in kept and may_end(unit)]
    return Removal(
        host.connection, roles, tuple(dict.fromkeys(units)), host.controllers, not host.maintenance, host.drain_timeout
    )


class Remover:
    """Runs removals in batches."""

    def __init__(self, runner: Runner) -> None:
        self._applier = Applier(runner, PLAYBOOK, _unwatched, noun="step")

    async def remove(self, removals: Sequence[Removal]) -> list[str | None]:
        """For each removal what went wrong, or None."""
        going = frozenset(removal.name for removal in removals)
        every = [change_of(removal, going) for removal in removals]
        changes = [change for change in every if change.roles or change.drain.sides]
        results = dict(zip((change.name for change in changes), await self._applier.apply(changes), strict=True))
        return [problem_of(results.get(removal.name)) for removal in removals]


def change_of(removal: Removal, going: Collection[str]) -> HostChange:
    """A removal by the groups of remove.yml; a host whose controller is `going` too has nothing to be drained into."""
    sides = tuple(side for side in sorted(removal.leaves) if _stays(removal.controllers.get(side), going))
    return HostChange(
        connection=removal.connection,
        roles=tuple(_steps(removal, sides)),
        variables=dict(_variables(removal)),
        delegates=tuple(removal.controllers.values()),
        drain=Drain(sides=sides, reason=REMOVAL, timeout=removal.drain_timeout, stays=True),
    )


def _stays(controller: Connection | None, going: Collection[str]) -> bool:
    return controller is not None and controller.name not in going


def _steps(removal: Removal, sides: Collection[str]) -> Iterator[str]:
    if "kubernetes" in sides:
        yield "leave-kubernetes"
    if removal.contact and not KUBEADM.isdisjoint(removal.roles):
        yield "reset-kubernetes"
    if removal.contact and removal.units:
        yield "stop"


def _variables(removal: Removal) -> Iterator[tuple[str, object]]:
    yield "twinstack_units", list(removal.units)
    if "slurm" in removal.controllers:
        yield "twinstack_slurm_controller", removal.controllers["slurm"].name
    if "kubernetes" in removal.controllers:
        yield "twinstack_control_plane", removal.controllers["kubernetes"].name


def problem_of(result: HostResult | None) -> str | None:
    """What went wrong with one host's removal, and the way out where it cannot be reached."""
    if result is None or result.problem is None:
        return None
    stays = "\nIt stays drained: run `pulumi up` again when it is free, or give its pool a longer drain_timeout."
    return f"not removed: {result.problem}{stays if result.held else '' if result.attempted else GONE}"


def _unwatched(_event: Event) -> None:
    """Removals show no progress."""
