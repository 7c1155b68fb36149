from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit import sites
from twinstack import inventory
from twinstack.inventory.model import Ceph, NfsMount, Nic, SecondaryNetwork, Site, Sriov, Stack
from twinstack.planning import plan
from twinstack.planning.components import COMPONENTS

CATALOGUE = Path(__file__).parents[4] / "shared" / "upstream" / "catalog.yaml"


def site_of(**changes: Any) -> Site:
    components = changes.pop("components", {})
    cni = changes.pop("cni", "bridge")
    secondary = changes.pop("secondary", ())
    section = sites.kubernetes(cni, components=components, secondary_networks=secondary)
    pools = [sites.pool("work", Stack.KUBERNETES)]
    return sites.site([sites.host("k1", "work"), *changes.pop("more", ())], pools, kubernetes=section, **changes)


def on(site: Site) -> dict[str, str]:
    return {name: component.why for name, component in plan(site).components.items() if component.on}


def test_nothing_is_on_without_a_ground() -> None:
    assert on(site_of()) == {}


def test_the_inventory_names_and_settles() -> None:
    components = plan(site_of(components={"loki": {"retention": "7d"}, "kueue": None}, projects=[sites.project("a")]))
    assert components.components["loki"].settings == {"retention": "7d"}
    assert components.components["loki"].why == "named in the inventory"
    assert not components.components["kueue"].on
    assert components.components["kueue"].why == "switched off in the inventory"
    assert components.components["harbor"].why == "nothing calls for it"


GPU_MACHINE = {"hardware": (sites.hardware(gpus=sites.gpus(2)),)}
NETWORKS = (sites.network(), sites.network("fabric", sriov=Sriov(2, "vf")))
GROUNDS: list[tuple[str, dict[str, Any], str]] = [
    ("cilium", {"cni": "cilium"}, "kubernetes.networking.cni is cilium"),
    ("calico", {"cni": "calico"}, "kubernetes.networking.cni is calico"),
    ("kueue", {"projects": [sites.project("a")]}, "projects that share the cluster: 1"),
    ("kwok", {"more": [sites.host("g1", "work", simulated=True)]}, "simulated hosts: 1"),
    ("gpu-operator", GPU_MACHINE, "hosts whose NVIDIA GPUs Kubernetes owns: 1"),
    ("node-feature-discovery", GPU_MACHINE, "nodes differ by devices (hosts whose NVIDIA GPUs Kubernetes owns: 1)"),
    (
        "sriov-network-operator",
        {"hardware": (sites.hardware(nics=(Nic("ib0", "fabric", rdma=True),)),), "networks": NETWORKS},
        "hosts with virtual functions of fabric: 1",
    ),
    ("multus", {"secondary": (SecondaryNetwork("rdma", "fabric", "host-device", ()),)}, "secondary networks: rdma"),
    ("rook-ceph", {"storage": sites.storage(ceph=Ceph((), (), None, None, None))}, "storage.ceph"),
    ("csi-driver-nfs", {"storage": sites.storage(nfs=(NfsMount("home", "x", "/a", "/b", ()),))}, "storage.nfs"),
]


@pytest.mark.parametrize(("name", "changes", "why"), GROUNDS, ids=[ground[0] for ground in GROUNDS])
def test_hardware_and_sections_call_for_components(name: str, changes: dict[str, Any], why: str) -> None:
    assert on(site_of(**changes))[name] == why


def test_simulated_gpus_call_for_no_driver() -> None:
    simulated = sites.host("g1", "work", simulated=True, hardware="gpu")
    hardware = (sites.hardware(), sites.hardware("gpu", gpus=sites.gpus()))
    assert set(on(site_of(more=[simulated], hardware=hardware))) == {"kwok"}


def test_hosts_without_an_nfs_client_call_for_no_nfs_driver() -> None:
    absent = (sites.hardware(absent=frozenset({"kernel-nfs-client"})),)
    storage = sites.storage(nfs=(NfsMount("home", "x", "/a", "/b", ()),))
    assert on(site_of(hardware=absent, storage=storage)) == {}


def test_without_kubernetes_there_are_no_components() -> None:
    assert plan(sites.site([sites.host("a")])).components == {}


def test_the_schema_offers_the_same_names() -> None:
    schema = json.loads((Path(inventory.__file__).parent / "schema.json").read_text())
    offered = schema["properties"]["kubernetes"]["properties"]["components"]["properties"]
    assert set(offered) == set(COMPONENTS)


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue of upstream components is not here")
def test_names_are_those_of_the_catalogue() -> None:
    catalogue = yaml.safe_load(CATALOGUE.read_text())
    named = {entry["name"] for entry in catalogue["components"]}
    assert set(COMPONENTS) == named | {"kwok"}
    assert sorted(COMPONENTS) == list(COMPONENTS)
