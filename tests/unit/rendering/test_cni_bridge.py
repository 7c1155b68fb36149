from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import cluster
from twinstack.planning import plan
from twinstack.rendering import cni_bridge

PLAN = plan(cluster())


def test_the_bridge_gives_out_the_hosts_own_range() -> None:
    found = json.loads(cni_bridge.conflist_text(PLAN.hosts["k1"]))
    bridge, portmap = found["plugins"]
    assert bridge["ipam"]["ranges"] == [[{"subnet": PLAN.hosts["k1"].pod_cidr}]]
    assert bridge["isGateway"]
    assert bridge["hairpinMode"]
    assert portmap["type"] == "portmap"


def test_there_is_a_route_to_each_other_hosts_pods_and_none_to_the_own_ones() -> None:
    assert cni_bridge.routes_text(PLAN, PLAN.hosts["k1"]).splitlines() == [
        "route flush protocol 178",
        f"route replace {PLAN.hosts['head'].pod_cidr} via 10.0.0.1 protocol 178",
        f"route replace {PLAN.hosts['s1'].pod_cidr} via 10.0.0.3 protocol 178",
    ]


def test_hosts_without_pods_have_no_route() -> None:
    slurm = (*cluster().hosts.values(), sites.host("c1", "batch"))
    pools = (*cluster().pools.values(), sites.pool("batch", sites.Stack.SLURM))
    wider = plan(cluster(hosts=slurm, pools=pools, slurm=sites.slurm("batch")))
    assert cni_bridge.routes_text(wider, wider.hosts["k1"]) == cni_bridge.routes_text(PLAN, PLAN.hosts["k1"])


def test_pods_keep_their_address_among_pods_only() -> None:
    text = cni_bridge.masquerade_text(PLAN, PLAN.hosts["k1"])
    assert f"ip saddr {PLAN.hosts['k1'].pod_cidr} ip daddr != 10.244.0.0/16" in text


@pytest.mark.skipif(shutil.which("nft") is None, reason="no nft here")
def test_nft_accepts_the_rules(tmp_path: Path) -> None:
    rules = tmp_path / "rules.nft"
    rules.write_text(cni_bridge.masquerade_text(PLAN, PLAN.hosts["k1"]))
    answer = subprocess.run(
        ["nft", "--check", "--file", rules], capture_output=True, text=True, check=False, timeout=20
    )
    assert answer.returncode == 0 or "not permitted" in answer.stderr, answer.stderr


def test_the_unit_stays_active_so_that_it_is_not_started_on_every_run() -> None:
    assert "Type=oneshot\nRemainAfterExit=yes\n" in cni_bridge.UNIT_TEXT
    assert cni_bridge.UNIT.endswith(cni_bridge.SERVICE)


def test_a_host_without_pod_range_is_refused() -> None:
    other = plan(cluster(kubernetes=sites.kubernetes("cilium")))
    with pytest.raises(cni_bridge.NoPodNetworkError, match="host k1 has no pod CIDR"):
        cni_bridge.conflist_text(other.hosts["k1"])
