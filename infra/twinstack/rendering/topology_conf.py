"""Racks as leaf switches under one root: topology.conf(5) with topology/tree, or topology.yaml(5) from 25.05 on."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.slurm_releases import Trait, has
from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering import yaml_text
from twinstack.rendering.hostlists import fold
from twinstack.rendering.slurm_nodes import login_nodes, members

ROOT = "root"
UNRACKED = "unracked"


def is_tree(plan: Plan) -> bool:
    """Whether there is anything to choose: nodes in at least two racks."""
    return len({host.host.rack for host in members(plan)}) > 1


def file(version: str) -> str:
    """The file's name in a release."""
    return "topology.yaml" if has(version, Trait.TOPOLOGY_YAML) else "topology.conf"


def text(plan: Plan) -> str:
    """The whole file; every node hangs on a leaf, because a job spans only what one switch reaches."""
    version = plan.site.slurm.version if plan.site.slurm else ""
    return _yaml(plan) if file(version) == "topology.yaml" else _lines(plan)


def _yaml(plan: Plan) -> str:
    leaves = _leaves(plan)
    switches = [{"switch": rack, "nodes": fold(host.name for host in hosts)} for rack, hosts in leaves.items()]
    root = {"switch": _free(ROOT, leaves), "children": fold(leaves)}
    tree = {"topology": "racks", "cluster_default": True, "tree": {"switches": [root, *switches]}}
    return yaml_text.text([tree])


def _lines(plan: Plan) -> str:
    leaves = _leaves(plan)
    root = _free(ROOT, leaves)
    lines = [f"SwitchName={rack} Nodes={fold(host.name for host in hosts)}" for rack, hosts in leaves.items()]
    return "".join(f"{line}\n" for line in [*lines, f"SwitchName={root} Switches={fold(leaves)}"])


def _leaves(plan: Plan) -> Mapping[str, list[HostPlan]]:
    """Nodes by rack, racks in the inventory's order; those without a rack share a leaf."""
    nodes = (*members(plan), *login_nodes(plan))
    unracked = _free(UNRACKED, {host.host.rack for host in nodes})
    found: dict[str, list[HostPlan]] = {}
    for host in nodes:
        found.setdefault(host.host.rack or unracked, []).append(host)
    return found


def _free(name: str, taken: Mapping[str, object] | set[str | None]) -> str:
    """The name, lengthened until no rack has it."""
    while name in taken:
        name += "-switch"
    return name
