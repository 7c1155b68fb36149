"""Ansible's variables of one host: its roles' manifests with what is the host's own."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from twinstack.provider.errors import ProviderError
from twinstack.provider.host_state import HostState
from twinstack.provider.live_settings import live_settings
from twinstack.provider.store import Store

TEMPLATES = ("{{", "{%", "{#")
FILE_KEYS = ("dest", "owner", "group", "mode", "secret", "restarts", "reloads", "validate")


def group_of(role: str) -> str:
    """The Ansible group and role name of a role."""
    return role.replace("-", "_")


def host_vars(
    host: HostState, roles: Collection[str], store: Store, leaving: Mapping[str, Sequence[str]] | None = None
) -> dict[str, object]:
    """The variables of a host to which these roles are applied; `leaving` are units that a role no longer has.

    Raises:
        ProviderError: a manifest is not in the store.
    """
    settings = live_settings(host, store) if roles else {}
    found: dict[str, object] = {
        "twinstack_roles": {
            role: {
                **role_vars(host, role, store),
                "settings": unsafe(settings.get(role, {})),
                "leaving": list((leaving or {}).get(role, ())),
            }
            for role in roles
        }
    }
    if "kubernetes" in host.controllers:
        found["twinstack_control_plane"] = host.controllers["kubernetes"].name
    if "slurm" in host.controllers:
        found["twinstack_slurm_controller"] = host.controllers["slurm"].name
    return found


def role_vars(host: HostState, role: str, store: Store) -> dict[str, object]:
    """What a role places and starts on a host: the manifest with paths into the store and the host's own texts."""
    manifest = json.loads(stored(store, host.specs.get(role, ""), f"the manifest of role {role}"))
    return {
        "digest": host.roles.get(role),
        "packages": manifest["packages"],
        "directories": manifest["directories"],
        "files": [_file(file, host, role, store) for file in manifest["files"]],
        "units": manifest["units"],
        "params": unsafe({**manifest["params"], **host.own.get(role, {})}),
        "restart": list(host.drift[role].restart) if role in host.drift else [],
    }


def stored(store: Store, digest: str, what: str) -> str:
    """A text that the program must have put into the store.

    Raises:
        ProviderError: it is not there.
    """
    found = store.text(digest)
    if found is None:
        raise ProviderError(f"{what} ({digest[:12]}) is not in {store.root}: run `pulumi up` of the whole program")
    return found


def _file(file: Mapping[str, Any], host: HostState, role: str, store: Store) -> dict[str, object]:
    placed = {key: file[key] for key in FILE_KEYS if file.get(key)}
    if file.get("digest"):
        return placed | {"src": str(store.path(file["digest"]))}
    own = host.own_files.get(f"{role}:{file['dest']}")
    return placed if own is None else placed | {"content": unsafe(own)}


def unsafe(value: object) -> object:
    """A value in which Ansible will not look for templates."""
    if isinstance(value, Mapping):
        return {key: unsafe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [unsafe(item) for item in value]
    if isinstance(value, str) and any(mark in value for mark in TEMPLATES):
        return {"__ansible_unsafe": value}
    return value
