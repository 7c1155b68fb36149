"""Takes roles away from hosts: out of the schedulers first, then daemons are stopped.

What makes the machine a machine of its operator (`REACHABLE_BY`) goes on running. Data stay, but for what `kubeadm
reset` deletes of a host whose cluster goes on without it; of a control plane that is put by before (`remove.yml`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from twinstack.provider.apply import Applier
from twinstack.provider.connection import Connection
from twinstack.provider.drains import SERVES, Drain
from twinstack.provider.engine_log import Log
from twinstack.provider.host_change import HostChange, HostResult
from twinstack.provider.host_state import HostState, may_end
from twinstack.provider.removal_progress import Progress
from twinstack.provider.runner import Runner
from twinstack.provider.wanted import CONTROLLED_BY, Wanted
from twinstack.rendering.drain_reasons import REMOVAL

PLAYBOOK = "remove.yml"
GONE = "\nIf it is gone for good: set `maintenance: true` for it, `pulumi up`, then remove it from the inventory."
REACHABLE_BY = frozenset({"base", "users"})
ENDPOINT, CONTROL_PLANE = "kubernetes-endpoint", "kubernetes-control-plane"


@dataclass(frozen=True)
class Removal:
    """Roles that a host loses, with the units that they started; `contact` False: only its controllers are told.

    `units` are pairs of role and unit, last started first. `controllers` are those that the host last knew.
    """

    connection: Connection
    roles: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    controllers: Mapping[str, Connection]
    contact: bool = True
    drain_timeout: int = 3600
    urn: str = ""

    @property
    def name(self) -> str:
        """The host's name."""
        return self.connection.name

    @property
    def leaves(self) -> frozenset[str]:
        """The schedulers that the host is taken out of."""
        return frozenset(SERVES[role] for role in self.roles if role in SERVES)

    def units_of(self, *roles: str) -> list[str]:
        """Units to stop, each once; of all roles where none is named."""
        return list(dict.fromkeys(unit for role, unit in self.units if not roles or role in roles))


def removal_of(host: HostState, roles: tuple[str, ...], urn: str = "") -> Removal:
    """The removal of some roles of a host; a unit that a role it keeps needs too stays."""
    kept = {unit for role, unit in host.units if role not in roles or role in REACHABLE_BY}
    units = ((role, unit) for role, unit in reversed(host.units) if role in roles and unit not in kept)
    return Removal(
        connection=host.connection,
        roles=roles,
        units=tuple((role, unit) for role, unit in units if may_end(unit)),
        controllers=host.controllers,
        contact=not host.maintenance,
        drain_timeout=host.drain_timeout,
        urn=urn,
    )


class Remover:
    """Runs removals in batches; `wanted` knows the controllers that stay."""

    def __init__(self, runner: Runner, log: Log, wanted: Wanted) -> None:
        self._progress = Progress(log)
        self._applier = Applier(runner, PLAYBOOK, self._progress.watch, noun="step")
        self._wanted = wanted

    async def remove(self, removals: Sequence[Removal]) -> list[str | None]:
        """For each removal what went wrong, or None."""
        every = changes_of([self._asking_who_stays(removal) for removal in removals])
        changes = [change for change in every if change.roles or change.drain.sides]
        self._progress.begin(changes, {removal.name: removal.urn for removal in removals})
        results = dict(zip((change.name for change in changes), await self._applier.apply(changes), strict=True))
        return [problem_of(results.get(removal.name)) for removal in removals]

    def _asking_who_stays(self, removal: Removal) -> Removal:
        """The removal with the controllers that this run wants: the old one may be what is removed."""
        return replace(removal, controllers=self._wanted.controllers(removal.controllers))


def changes_of(removals: Sequence[Removal]) -> list[HostChange]:
    """A batch by the groups of remove.yml; where the controller goes too there is nothing to be drained into."""
    going = {(side, one.name) for one in removals for role, side in CONTROLLED_BY.items() if role in one.roles}
    members = {one.name: one.connection.address for one in removals if CONTROL_PLANE in one.roles}
    return [_change(removal, _sides(removal, going), members) for removal in removals]


def _sides(removal: Removal, going: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """The schedulers that go on without the host."""
    asked = {side: removal.controllers[side].name for side in removal.leaves if side in removal.controllers}
    return tuple(sorted(side for side, name in asked.items() if (side, name) not in going))


def _change(removal: Removal, sides: tuple[str, ...], members: Mapping[str, str]) -> HostChange:
    return HostChange(
        connection=removal.connection,
        roles=tuple(_steps(removal, sides)),
        variables={**dict(_variables(removal)), "twinstack_members": dict(members)},
        delegates=tuple(removal.controllers.values()),
        drain=Drain(sides=sides, reason=REMOVAL, timeout=removal.drain_timeout, stays=True),
    )


def _steps(removal: Removal, sides: Collection[str]) -> Iterator[str]:
    """The groups of a host; of a cluster that goes as a whole nothing is reset, so that it can be taken up again."""
    if "kubernetes" in sides:
        if removal.contact:
            yield "release-kubernetes"
        if removal.contact and CONTROL_PLANE in removal.roles:
            yield "keep-kubernetes"
        yield "leave-kubernetes"
        if removal.contact:
            yield "reset-kubernetes"
    elif removal.contact and "kubernetes" in removal.leaves:
        yield "halt-kubernetes"
    if removal.contact and removal.units:
        yield "stop"


def _variables(removal: Removal) -> Iterator[tuple[str, object]]:
    yield "twinstack_units", removal.units_of()
    yield "twinstack_endpoint_units", removal.units_of(ENDPOINT)
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
