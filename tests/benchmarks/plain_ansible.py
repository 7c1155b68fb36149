"""What a plain `ansible-playbook` needs for the same roles on the same hosts: an inventory, secrets, SSH options."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.sandbox.world import ROOT, Done, World
from twinstack.declare.connections import Connections
from twinstack.declare.hosts import HostFactory, declared_order
from twinstack.declare.known_hosts import KnownHosts
from twinstack.declare.stack_secrets import MADE
from twinstack.inventory.load import load
from twinstack.planning import plan as make_plan
from twinstack.provider.apply import play_of
from twinstack.provider.host_change import HostChange
from twinstack.provider.host_state import HostState
from twinstack.provider.host_vars import host_vars
from twinstack.provider.store import Store
from twinstack.rendering import render


class NoSecrets:
    """In the place of the engine's output: a plain run is given its secrets by a file."""

    def apply(self, _function: Callable[[Mapping[str, str]], object]) -> dict[str, object]:
        return {}


@dataclass(frozen=True)
class Plain:
    """A plain run's files in a folder of their own."""

    world: World
    folder: Path

    def write(self) -> None:
        """The inventory of all hosts with all roles, and secrets that stay over runs."""
        plan = make_plan(load(self.world.instance / "site.yaml"))
        rendering = render(plan)
        store = Store(self.folder / "artefacts")
        for artefact in rendering.artefacts.values():
            store.put(artefact.text)
        known = KnownHosts.read(plan.site.access.host_keys)
        factory = HostFactory(plan, rendering, Connections(plan.site, known), NoSecrets())  # type: ignore[arg-type]
        states = [HostState.of(factory.args(host).props()) for host in declared_order(plan)]
        (self.folder / "inventory.json").write_text(json.dumps(inventory(states, store)))
        if not self.secrets.exists():
            self.secrets.touch(mode=0o600)
            self.secrets.write_text(json.dumps({name: secrets.token_hex(64) for name in MADE}))

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets.json"

    def play(self, *options: str) -> Done:
        """`ansible-playbook site.yml` with the settings that the provider uses, too."""
        # Sockets of their own for every run (a re-racked host has other keys), at a path that is short enough for one.
        with TemporaryDirectory(prefix="plain-") as sockets:
            return self._play(f"-o ControlMaster=auto -o ControlPersist=60s -o ControlPath={sockets}/%C", options)

    def _play(self, sharing: str, options: tuple[str, ...]) -> Done:
        settings = {
            "ANSIBLE_CONFIG": str(ROOT / "playbooks" / "ansible.cfg"),
            "ANSIBLE_HOST_PATTERN_MISMATCH": "ignore",
            "ANSIBLE_SSH_ARGS": f"-o UserKnownHostsFile={self.world.instance / 'known_hosts'} {sharing}",
        }
        words = (
            *("-i", str(self.folder / "inventory.json"), "--private-key", str(self.world.instance / "id_ed25519")),
            *("--forks", "50", "-e", f"twinstack_secrets_path={self.secrets}", str(ROOT / "playbooks" / "site.yml")),
        )
        variables = (f"{name}={value}" for name, value in settings.items())
        return self.world.sandbox("exec", "--", "env", *variables, "ansible-playbook", *words, *options)


def inventory(states: list[HostState], store: Store) -> dict[str, Any]:
    """The provider's inventory of new hosts, with addresses instead of an SSH configuration."""
    changes = [
        HostChange(state.connection, tuple(state.roles), host_vars(state, state.roles, store)) for state in states
    ]
    document: dict[str, Any] = play_of("site.yml", changes).inventory()
    for state in states:
        reach = {"ansible_host": state.connection.address, "ansible_user": state.connection.user}
        document["all"]["children"]["reachable"]["hosts"][state.name] |= reach
    return document
