from __future__ import annotations

from typing import Any

import yaml

from tests.unit import sites
from twinstack.inventory.model import Service, Stack
from twinstack.planning import plan
from twinstack.planning.model import Plan
from twinstack.rendering import topology_conf


def racked(*racks: str | None, version: str = "22.05", **more: Any) -> Plan:
    hosts = [sites.host(f"n{i}", "batch", rack=rack) for i, rack in enumerate(racks, 1)]
    slurm = sites.slurm("batch", version=version)
    return plan(sites.site((*hosts, *more.get("others", ())), (sites.pool("batch", Stack.SLURM),), slurm=slurm))


def test_racks_are_leaves_under_one_root() -> None:
    assert topology_conf.text(racked("r1", "r2", "r1")).splitlines() == [
        "SwitchName=r1 Nodes=n[1,3]",
        "SwitchName=r2 Nodes=n2",
        "SwitchName=root Switches=r[1-2]",
    ]


def test_from_25_05_on_the_tree_is_yaml() -> None:
    assert (topology_conf.file("24.11"), topology_conf.file("25.05")) == ("topology.conf", "topology.yaml")
    (tree,) = yaml.safe_load(topology_conf.text(racked("r1", "r2", "r1", version="25.05")))
    assert tree["cluster_default"] is True
    assert tree["tree"]["switches"] == [
        {"switch": "root", "children": "r[1-2]"},
        {"switch": "r1", "nodes": "n[1,3]"},
        {"switch": "r2", "nodes": "n2"},
    ]


def test_hosts_without_a_rack_hang_on_a_leaf_of_their_own() -> None:
    assert "SwitchName=unracked Nodes=n2\n" in topology_conf.text(racked("r1", None))


def test_switches_never_take_a_racks_name() -> None:
    text = topology_conf.text(racked("root", "unracked", None))
    names = [line.split()[0] for line in text.splitlines()]
    assert names == [
        "SwitchName=root",
        "SwitchName=unracked",
        "SwitchName=unracked-switch",
        "SwitchName=root-switch",
    ]
    assert text.endswith("Switches=root,unracked,unracked-switch\n")


def test_login_nodes_hang_on_a_leaf_too() -> None:
    login = sites.host("login1", None, Service.LOGIN, rack="r9")
    assert "SwitchName=r9 Nodes=login1\n" in topology_conf.text(racked("r1", "r2", others=(login,)))


def test_one_rack_is_no_tree() -> None:
    assert not topology_conf.is_tree(racked("r1", "r1"))
    assert not topology_conf.is_tree(racked(None))
    assert topology_conf.is_tree(racked("r1", None))
