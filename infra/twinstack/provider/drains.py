"""Drains around a run: which schedulers let a host go before it is disturbed, why, and which take it back after.

A drain's reason says whose it is. One that begins as no kind of ours does is somebody else's and is never ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from twinstack.provider.events import Report
from twinstack.provider.host_state import HostState
from twinstack.rendering.drain_reasons import CHANGE, MAINTENANCE, REMOVAL

SERVES = {"slurm-compute": "slurm", "kubernetes-worker": "kubernetes", "kubernetes-control-plane": "kubernetes"}
DRAINING = {"slurm": "drain_slurm", "kubernetes": "drain_kubernetes"}
LIFTING = {"slurm": "lift_slurm", "kubernetes": "lift_kubernetes"}
GROUPS = frozenset({*DRAINING.values(), *LIFTING.values()})
WINDOW = 300
"""Seconds after which a run that only waits answers, so that hosts which are free meanwhile are seen to."""
FIRST = 5
"""The same for the first of such runs: those who look on learn soon what is waited for."""
GRACE = 20
"""Seconds for which hosts that are free wait for others of their wave."""
RESTING = 30
"""Seconds for which a host that goes into maintenance is waited for: nothing happens to it if it is not free."""


@dataclass(frozen=True, slots=True)
class Drain:
    """Schedulers that let a host go before its roles are applied, and those that take it back after.

    `timeout` in seconds; `kinds` are the beginnings of the reasons of drains that end; `stays` says that the drain is
    what was wanted, whatever still runs. `window`: seconds after which to answer though the host is waited for.
    """

    sides: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    reason: str = ""
    timeout: float = 0
    kinds: tuple[str, ...] = (CHANGE,)
    stays: bool = False
    window: float = WINDOW

    @property
    def node(self) -> dict[str, object]:
        """What the modules take for the host's node."""
        return {"reason": self.reason, "timeout": self.timeout, "kinds": list(self.kinds)}


def around(old: HostState, new: HostState, roles: Iterable[str], disturbs: Collection[str]) -> Drain:
    """The drains of a change: before what disturbs; after it, and after all that touches a scheduler's daemon.

    The latter ends what a run that was killed has left, and what a removal has that was given up: the host is wanted.
    A host that leaves maintenance is taken back in any case.
    """
    sides = sides_of(new, [role for role in old.serving if role in new.roles])
    touched = {SERVES.get(role) for role in roles}
    return Drain(
        sides=sides if disturbs else (),
        lifts=sides if disturbs or old.maintenance else tuple(side for side in sides if side in touched),
        reason=f"{CHANGE}{', '.join(disturbs)}",
        timeout=new.drain_timeout,
        kinds=(CHANGE, REMOVAL, MAINTENANCE) if old.maintenance else (CHANGE, REMOVAL),
    )


def resting(old: HostState, new: HostState) -> Drain:
    """The drain of a host that goes into maintenance."""
    return Drain(
        sides=sides_of(new, old.serving),
        reason=MAINTENANCE,
        timeout=min(RESTING, new.drain_timeout),
        stays=True,
    )


def told(name: str, drain: Drain, disturbs: Mapping[str, Sequence[str]]) -> list[str]:
    """What a preview says of a host's drains."""
    if not disturbs:
        return []
    where = " and ".join(side.capitalize() for side in drain.sides)
    parts = "; ".join(f"{role}: {', '.join(each)}" for role, each in disturbs.items())
    return [f"host {name}: {f'is drained in {where} for' if where else 'is disturbed by'} {parts}"]


def in_service(host: HostState) -> bool:
    """Whether a host may be running jobs or pods."""
    return not SERVES.keys().isdisjoint(host.serving)


def sides_of(host: HostState, roles: Iterable[str]) -> tuple[str, ...]:
    """The schedulers that these roles serve and whose controllers can be asked."""
    return tuple(sorted({SERVES[role] for role in roles if role in SERVES} & set(host.controllers)))


def serving(roles: Iterable[str], sides: Collection[str]) -> tuple[str, ...]:
    """Those of the roles that serve one of these schedulers."""
    return tuple(role for role in roles if SERVES.get(role) in sides)


def side_of(group: str) -> str:
    """The scheduler that a play before or after the roles asks."""
    return group.partition("_")[2]


def groups(drains: Mapping[str, Drain]) -> dict[str, list[str]]:
    """The hosts of the plays before and after the roles."""
    found: dict[str, list[str]] = {}
    for name, drain in drains.items():
        for group in (*(DRAINING[side] for side in drain.sides), *(LIFTING[side] for side in drain.lifts)):
            found.setdefault(group, []).append(name)
    return found


def variables(drains: Mapping[str, Drain]) -> dict[str, object]:
    """What these plays need to know: by scheduler, the nodes to drain and those to return."""
    if not any(drain.sides or drain.lifts for drain in drains.values()):
        return {}
    return {
        "twinstack_drains": {
            side: {name: drain.node for name, drain in drains.items() if side in drain.sides} for side in DRAINING
        },
        "twinstack_lifts": {
            side: {name: drain.node for name, drain in drains.items() if side in drain.lifts} for side in LIFTING
        },
        "twinstack_drain_window": min(drain.window for drain in drains.values()),
        "twinstack_drain_grace": GRACE,
    }


def named(report: Report, what: str) -> dict[str, str]:
    """Hosts that are `waiting` or `late`, with what holds them, as the plays of a run told."""
    found: dict[str, str] = {}
    for facts in (fact for each in report.facts.values() for fact in each):
        nodes = facts.get(what)
        if isinstance(nodes, Mapping):
            found |= {str(name): str(held) for name, held in nodes.items()}
    return found
