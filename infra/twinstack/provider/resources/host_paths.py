"""How a host's state and what is wanted differ, as paths of properties for the engine."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi.provider.experimental.provider import PropertyDiff

from twinstack.provider.host_state import HostState, dropped, is_turned, pending
from twinstack.provider.resources.base import state_change
from twinstack.provider.values import UNKNOWN, Properties


def role_paths(old: HostState, new: HostState) -> dict[str, PropertyDiff]:
    """Paths of the roles that will be applied or taken away; a role that is only mended is named by its drift."""
    paths: dict[str, PropertyDiff] = {}
    for role in pending(old, new):
        if role in old.drift:
            paths[f'drift["{role}"]'] = state_change(old.drift[role], None)
        if old.roles.get(role) != new.roles[role] or not (role in old.drift or is_turned(role, old, new)):
            paths[f'roles["{role}"]'] = state_change(old.roles.get(role), new.roles[role])
    return paths | {f'roles["{role}"]': state_change(old.roles[role], None) for role in dropped(old, new)}


def secret_paths(old: Properties, new: Properties) -> dict[str, PropertyDiff]:
    """Paths of secrets that will be others; all of them while a preview does not know them yet."""
    if new.get("secrets") == UNKNOWN:
        return {"secrets": state_change(old.get("secrets"), UNKNOWN)}
    return _nested(HostState.of(old).secrets, HostState.of(new).secrets, "secrets")


def own_paths(old: HostState, new: HostState) -> dict[str, PropertyDiff]:
    """Paths of the host's own files and parameters that differ."""
    return _entries(old.own_files, new.own_files, "ownFiles") | _nested(old.own, new.own, "own")


def _nested(
    old: Mapping[str, Mapping[str, object]], new: Mapping[str, Mapping[str, object]], name: str
) -> dict[str, PropertyDiff]:
    found: dict[str, PropertyDiff] = {}
    for role in {**old, **new}:
        found |= _entries(old.get(role, {}), new.get(role, {}), f'{name}["{role}"]')
    return found


def _entries(old: Mapping[str, object], new: Mapping[str, object], name: str) -> dict[str, PropertyDiff]:
    return {
        f'{name}["{key}"]': state_change(old.get(key), new.get(key))
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    }
