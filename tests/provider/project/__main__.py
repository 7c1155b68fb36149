"""Declares pretended hosts from a JSON document: the provider's own tests need no inventory."""

import json
from pathlib import Path

import pulumi

from twinstack.declare.resources import Artefact, ConnectionArgs, Host, HostArgs, Provider, Secret
from twinstack.provider.store import Store
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit, digest_of

config = pulumi.Config()
site = json.loads(Path(config.require("site")).read_text())
state = config.require("state")
store = Store(Path(state) / "artefacts")
options = pulumi.ResourceOptions(provider=Provider("twinstack", state=state, ssh_key_file=None))


def spec(role: str, artefacts: list[str]) -> RoleSpec:
    unit = f"{role}.service"
    placed = [
        PlacedFile(f"/etc/{name}", name, digest_of(site["artefacts"][name]), restarts=(unit,)) for name in artefacts
    ]
    drain = role in site.get("drain", ())
    return RoleSpec(role, "all", files=tuple(placed), units=(Unit(unit),), drain=drain)


for name, text in site["artefacts"].items():
    Artefact(name, text, store.put(text), opts=options)
specs = {role: spec(role, artefacts) for role, artefacts in site["roles"].items()}
manifests = {role: store.put(found.text) for role, found in specs.items()}
for role, found in specs.items():
    Artefact(found.name, found.text, manifests[role], opts=options)
key = config.get_secret("munge-key") or Secret("munge-key", 128, "hex", opts=options).value
controllers = {side: ConnectionArgs(host, host, 22, "root", "") for side, host in site.get("controllers", {}).items()}
for name, host in site["hosts"].items():
    roles = {role: HostRole(specs[role], own=host.get("own", {}).get(role, {})) for role in host["roles"]}
    args = HostArgs(
        connection=ConnectionArgs(
            name, host.get("address", "192.0.2.1"), 22, "root", host.get("key", "ssh-ed25519 AAAA")
        ),
        stack="slurm",
        pool=host.get("pool", "batch"),
        max_unavailable=host.get("max_unavailable", 100),
        maintenance=host.get("maintenance", False),
        roles={role: found.digest for role, found in roles.items()},
        specs={role: manifests[role] for role in roles},
        own={role: found.own for role, found in roles.items() if found.own},
        secrets=pulumi.Output.secret({"munge": {"munge-key": key}} if "munge" in roles else {}),
        units=[f"{role}:{unit.name}" for role, found in roles.items() for unit in found.spec.units],
        controllers=controllers,
    )
    Host(args, opts=options)
