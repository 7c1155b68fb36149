"""What a host should look like when nobody has touched it since its roles were applied, by digests instead of texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from twinstack.provider.host_state import HostState
from twinstack.provider.host_vars import stored, unsafe
from twinstack.provider.live_settings import live_settings
from twinstack.provider.store import Store
from twinstack.rendering.model import digest_of

MARK = re.compile(r"@secret:([A-Za-z0-9._-]+)@")
ATTRIBUTES = ("dest", "owner", "group", "mode")


@dataclass(frozen=True)
class Expected:
    """A host's roles as the module `twinstack_observe` takes them; digests of secret files, by path, apart."""

    roles: Mapping[str, Mapping[str, object]]
    digests: Mapping[str, str]


def expected(host: HostState, roles: Iterable[str], store: Store) -> Expected:
    """What these roles of a host placed and started.

    Raises:
        ProviderError: a manifest or a text is not in the store.
    """
    manifests = {role: manifest_of(host, role, store) for role in roles}
    settings = live_settings(host, store)
    return Expected(
        {role: _role(host, role, manifest, settings.get(role, {})) for role, manifest in manifests.items()},
        {
            file["dest"]: digest_of(text)
            for role, manifest in manifests.items()
            for file in manifest["files"]
            if file.get("secret") and (text := secret_text(host, role, file, store)) is not None
        },
    )


def manifest_of(host: HostState, role: str, store: Store) -> dict[str, Any]:
    """The manifest of one role of a host."""
    found: dict[str, Any] = json.loads(stored(store, host.specs.get(role, ""), f"the manifest of role {role}"))
    return found


def _role(host: HostState, role: str, manifest: Mapping[str, Any], settings: Mapping[str, str]) -> dict[str, object]:
    return {
        "packages": manifest["packages"],
        "directories": manifest["directories"],
        "files": [_file(host, role, file) for file in manifest["files"]],
        "units": manifest["units"],
        "params": unsafe({**manifest["params"], **host.own.get(role, {})}),
        "settings": unsafe(settings),
    }


def _file(host: HostState, role: str, file: Mapping[str, Any]) -> dict[str, object]:
    """A file by its attributes; a secret one's digest is not for the inventory, which is written to a disk."""
    found = {key: file[key] for key in ATTRIBUTES if file.get(key)}
    if file.get("secret"):
        return found
    own = host.own_files.get(f"{role}:{file['dest']}")
    digest = file.get("digest") or (digest_of(own) if own is not None else None)
    return {**found, "sha256": digest, "shown": True}


def secret_text(host: HostState, role: str, file: Mapping[str, Any], store: Store) -> str | None:
    """The text of a secret file, with its marks filled in; None where the state does not know the secret."""
    secrets = host.secrets.get(role, {})
    if file["secret"] not in secrets:
        return None
    text = text_of(host, role, file, store)
    return secrets[file["secret"]] + "\n" if text is None else MARK.sub(lambda mark: secrets.get(mark[1], ""), text)


def text_of(host: HostState, role: str, file: Mapping[str, Any], store: Store) -> str | None:
    """The text of a file as it was rendered: a shared one's or the host's own; None where it is all secret."""
    if file.get("digest"):
        return stored(store, file["digest"], file["dest"])
    return host.own_files.get(f"{role}:{file['dest']}")


def open_texts(host: HostState, role: str, store: Store) -> Iterator[tuple[str, str]]:
    """The paths and texts of a role's files that are no secrets."""
    for file in manifest_of(host, role, store)["files"]:
        text = None if file.get("secret") else text_of(host, role, file, store)
        if text is not None:
            yield file["dest"], text
