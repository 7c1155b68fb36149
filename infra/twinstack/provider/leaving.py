"""Nodes that leave Slurm: their jobs end before the controllers take up files that no longer hold them.

Roles that do not need these files do not wait for that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from twinstack.provider.drains import Drain
from twinstack.provider.host_change import HostChange, HostResult
from twinstack.provider.host_state import HostState
from twinstack.provider.questions import expanded
from twinstack.provider.store import Store
from twinstack.rendering.drain_reasons import REMOVAL

CONTROLLER = "slurm-controller"
NEEDING = frozenset({CONTROLLER, "slurm-compute", "slurm-login", "slurm-rest", "slurm-exporter"})
"""Roles that are applied by the controllers' new files, or to daemons that fetch them."""


def leavers(old: HostState, new: HostState, roles: Sequence[str], store: Store) -> tuple[HostChange, ...]:
    """The drains of nodes that a change of the first controller takes out of Slurm.

    None where it is not known what was applied; the role itself drains and waits then.
    """
    if CONTROLLER not in roles or CONTROLLER not in old.roles:
        return ()
    was, wanted = (_params(host, store) for host in (old, new))
    if not was or wanted.get("primary") != new.name:
        return ()
    gone = expanded(str(was["members"])) - expanded(str(wanted["members"]))
    drain = Drain(("slurm",), reason=REMOVAL, timeout=wanted["leaving"]["timeout"], stays=True)
    return tuple(_leaver(new, name, drain) for name in sorted(gone))


def _params(host: HostState, store: Store) -> Mapping[str, Any]:
    text = store.text(host.specs.get(CONTROLLER, ""))
    return json.loads(text)["params"] if text else {}


def _leaver(controller: HostState, name: str, drain: Drain) -> HostChange:
    """All that is asked of the node is asked of the controller: it may be there no more."""
    itself = controller.connection
    return HostChange(
        replace(itself, name=name), (), {"twinstack_slurm_controller": itself.name}, delegates=(itself,), drain=drain
    )


def at_a_glance(leaver: HostChange) -> HostChange:
    """Drain a node and look whether it is free, without waiting."""
    return replace(leaver, drain=replace(leaver.drain, window=0))


def ahead(changes: Sequence[HostChange]) -> list[HostChange]:
    """The part of changes that needs nothing of Slurm's new files; a host returns to service with its other part."""
    whole = [change for change in changes if NEEDING.isdisjoint(change.roles)]
    parts = [_without(change) for change in changes if not NEEDING.isdisjoint(change.roles)]
    return whole + [part for part in parts if part.roles]


def _without(change: HostChange) -> HostChange:
    return replace(change, roles=tuple(role for role in change.roles if role not in NEEDING), drain=Drain())


def behind(changes: Sequence[HostChange], results: Mapping[str, HostResult], gone: str) -> list[HostChange]:
    """The other part, of hosts that have not failed; no controller takes the files up while a node is held."""
    parts = [
        replace(change, roles=tuple(role for role in change.roles if role in NEEDING))
        for change in changes
        if change.name not in results or results[change.name].problem is None
    ]
    return [part for part in parts if part.roles and not (gone and CONTROLLER in part.roles)]


def held(results: Mapping[str, HostResult]) -> str:
    """Nodes that did not become free in time, with what holds them; empty where all did."""
    return "; ".join(f"{name} still runs {result.held}" for name, result in sorted(results.items()) if result.held)


def kept_out(changes: Sequence[HostChange], gone: str) -> dict[str, HostResult]:
    """The results of controllers that do not take the files up, because of nodes that are held."""
    why = f"role {CONTROLLER}: nodes that leave the cluster stay drained until they are free, and are not free: {gone}"
    return {
        change.name: HostResult(frozenset(), attempted=False, problem=f"host {change.name}: {why}")
        for change in changes
        if gone and CONTROLLER in change.roles
    }


def together(*parts: Mapping[str, HostResult]) -> dict[str, HostResult]:
    """The results of changes that were made in parts."""
    found: dict[str, HostResult] = {}
    for name, result in (each for part in parts for each in part.items()):
        found[name] = _both(found[name], result) if name in found else result
    return found


def _both(first: HostResult, second: HostResult) -> HostResult:
    return HostResult(
        done=first.done | second.done,
        attempted=first.attempted or second.attempted,
        problem=first.problem or second.problem,
        held=first.held or second.held,
    )
