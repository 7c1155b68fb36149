"""Tasks of the playbooks on one host of a sandbox, with texts that no inventory would give them: by Ansible alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.sandbox.world import ROOT, Done, World
from twinstack.inventory.load import load
from twinstack.rendering.model import HostRole, Rendering

Task = Mapping[str, Any]
CONFIGURATION = "/etc/slurm"


@dataclass(frozen=True)
class Alone:
    """A host, what is rendered for it, and a folder for what Ansible reads."""

    world: World
    host: str
    rendering: Rendering
    folder: Path

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """What is rendered for /etc/slurm, by name."""
        artefacts = self.rendering.artefacts
        files = (file for role in self.rendering.hosts[self.host].values() for file in role.spec.files)
        return {
            Path(file.dest).name: artefacts[file.artefact].text
            for file in files
            if file.artefact and str(Path(file.dest).parent) == CONFIGURATION
        }

    def play(self, name: str, changed: Mapping[str, str], *tasks: Task) -> Done:
        """Run tasks with the variables of a role, some texts of /etc/slurm being others than rendered."""
        role = self.rendering.hosts[self.host][name]
        for each, text in {**self.texts, **changed}.items():
            (self.folder / each).write_text(text)
        site = load(self.world.instance / "site.yaml")
        given = {
            "ansible_host": str(site.hosts[self.host].address),
            "ansible_user": site.access.user,
            "twinstack_roles": {name: self._variables(role)},
            "twinstack_secrets_path": str(self.folder / "secrets.json"),
        }
        (self.folder / "secrets.json").write_text(json.dumps(dict.fromkeys(role.spec.secrets, "only-here")))
        (self.folder / "inventory.json").write_text(json.dumps({"all": {"hosts": {self.host: given}}}))
        play = {"hosts": "all", "gather_facts": False, "become": site.access.user != "root", "tasks": list(tasks)}
        (self.folder / "play.yml").write_text(yaml.safe_dump([play]))
        settings = {
            "ANSIBLE_CONFIG": ROOT / "playbooks" / "ansible.cfg",
            "ANSIBLE_SSH_ARGS": f"-o UserKnownHostsFile={self.world.instance / 'known_hosts'}",
        }
        return self.world.sandbox(
            *("exec", "--", "env", *(f"{key}={value}" for key, value in settings.items()), "ansible-playbook"),
            *("-i", str(self.folder / "inventory.json"), "--private-key", str(self.world.instance / "id_ed25519")),
            str(self.folder / "play.yml"),
        )

    def _variables(self, role: HostRole) -> dict[str, Any]:
        """A role's variables as far as /etc/slurm goes: no packages, no units, no daemon to activate."""
        return {
            "packages": [],
            "directories": [asdict(each) for each in role.spec.directories],
            "files": [
                {**asdict(file), "restarts": [], "reloads": [], "src": str(self.folder / Path(file.dest).name)}
                for file in role.spec.files
                if Path(file.dest).name in self.texts
            ],
            "units": [],
            # No controller of a cluster that runs.
            "params": {**role.spec.params, "primary": "nobody", "runs": False},
        }

    def placed(self) -> dict[str, str]:
        """The digests of what is in /etc/slurm, by name."""
        listed = ("find", CONFIGURATION, "-maxdepth", "1", "-type", "f", "-exec", "sha256sum", "{}", "+")
        said = self.world.on(self.host, *listed)
        return {Path(path).name: digest for digest, path in (line.split() for line in said.splitlines())}


def whole(role: str) -> Task:
    """All tasks of a role."""
    return {"ansible.builtin.include_role": {"name": role.replace("-", "_")}}


def placing(role: str) -> Task:
    """The tasks by which roles place files."""
    place = {"name": "place", "tasks_from": "files"}
    return {"ansible.builtin.include_role": place, "vars": {"place_role": role}}
