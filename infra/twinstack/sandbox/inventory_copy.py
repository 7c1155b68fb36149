"""The sandbox's own copy of the inventory, saying of the hardware what is true on this machine.

It is edited as a tree of YAML nodes: every other value keeps its spelling, whatever a YAML library takes it for.
"""

from __future__ import annotations

from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from twinstack.sandbox.command import SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twinstack.inventory.model import Site
    from twinstack.sandbox.capabilities import Topology
    from twinstack.sandbox.layout import Layout

HEADER = """\
# The inventory of the sandbox '{name}', fitted to this machine when it was racked. Do not edit this copy:
# the next racking writes it again from {source}
"""
ACCESS = {"ssh_key_file": "id_ed25519", "host_keys": "known_hosts"}

KEPT_ACCESS = frozenset({"user", "connect_timeout", "task_timeout", "install_timeout", "unknown_hosts"})


def write(layout: Layout, site: Site, topology: Topology, absent: Iterable[str]) -> None:
    """Write the copy; one that says the same already stays untouched."""
    classes = {host.hardware for host in site.hosts.values() if not host.simulated}
    hardware = {**asdict(topology), "absent": sorted(absent)}
    source = site.path.resolve()
    body = fit(source.read_text(), source.parent, dict.fromkeys(sorted(classes), hardware))
    text = HEADER.format(name=layout.name, source=source) + body
    if not layout.site.exists() or layout.site.read_text() != text:
        layout.site.write_text(text)


def fit(text: str, folder: Path, hardware: Mapping[str, Mapping[str, object]]) -> str:
    """The inventory's text with these facts of hardware classes, reached by the sandbox's own keys.

    Paths of artefacts that lie in `folder` are made absolute, since the copy lies elsewhere; what does not exist there
    is to be put beside the copy.
    """
    root = yaml.compose(text, yaml.SafeLoader)
    if not isinstance(root, MappingNode):
        raise SandboxError("the inventory is not a mapping")
    for name, facts in hardware.items():
        target = _mapping(_mapping(root, "hardware"), name)
        for key, value in facts.items():
            _put(target, key, value)
    _put(root, "access", {**_kept(root), **ACCESS})
    if _get(root, "artifacts"):
        _make_absolute(_mapping(root, "artifacts"), folder)
    if _get(root, "slurm"):
        _make_scripts_absolute(_mapping(root, "slurm"), folder)
    return yaml.serialize(root, Dumper=yaml.SafeDumper, width=120, allow_unicode=True)


def _kept(root: MappingNode) -> dict[str, object]:
    """What the site says of access that has nothing to do with its keys."""
    said = _get(root, "access")
    chosen = yaml.safe_load(yaml.serialize(said, Dumper=yaml.SafeDumper)) if said else {}
    return {key: value for key, value in chosen.items() if key in KEPT_ACCESS}


def _make_absolute(artifacts: MappingNode, folder: Path) -> None:
    for _, choice in artifacts.value:
        mirror = _get(choice, "mirror") if isinstance(choice, MappingNode) else None
        if isinstance(mirror, ScalarNode) and (folder / mirror.value).exists():
            mirror.value = str(folder / mirror.value)


def _make_scripts_absolute(slurm: MappingNode, folder: Path) -> None:
    sections = [section for name in ("hooks", "power") if isinstance(section := _get(slurm, name), MappingNode)]
    for _, value in (pair for section in sections for pair in section.value):
        if isinstance(value, ScalarNode) and (folder / value.value).is_file():
            value.value = str(folder / value.value)


def _get(parent: MappingNode, key: str) -> Node | None:
    return next((value for name, value in parent.value if name.value == key), None)


def _mapping(parent: MappingNode, key: str) -> MappingNode:
    found = _get(parent, key)
    if not isinstance(found, MappingNode):
        raise SandboxError(f"the inventory's '{key}' is not a mapping")
    return found


def _put(parent: MappingNode, key: str, value: object) -> None:
    made = yaml.SafeDumper(StringIO(), default_flow_style=True, sort_keys=False).represent_data(value)
    for index, (name, _) in enumerate(parent.value):
        if name.value == key:
            parent.value[index] = (name, made)
            return
    parent.value.append((ScalarNode("tag:yaml.org,2002:str", key), made))
