from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import HERE, STATIC, cluster, kubernetes_pool
from twinstack.inventory.model import Networking, Site, Taint
from twinstack.planning import plan
from twinstack.rendering import kubeadm
from twinstack.toolchain.cache import cache_root


def documents(site: Site, name: str = "head") -> dict[str, dict[str, Any]]:
    planned = plan(site)
    text = kubeadm.init_text(planned, planned.hosts[name])
    return {document["kind"]: document for document in yaml.safe_load_all(text)}


def without_proxy(cni: str) -> Any:
    networks = Networking(cni, IPv4Network("10.128.0.0/14"), IPv4Network("10.96.0.0/16"), kube_proxy=False)
    return sites.kubernetes(networking=networks)


def test_the_cluster_is_as_the_inventory_says() -> None:
    found = documents(cluster())["ClusterConfiguration"]
    assert found["clusterName"] == "test"
    assert found["kubernetesVersion"] == "v1.35.4"
    assert found["controlPlaneEndpoint"] == "10.0.0.1:6443"
    assert found["networking"]["podSubnet"] == "10.244.0.0/16"
    assert found["networking"]["serviceSubnet"] == "10.96.0.0/12"


def test_with_the_bridge_nobody_but_the_plan_gives_out_pod_ranges() -> None:
    arguments = documents(cluster())["ClusterConfiguration"]["controllerManager"]["extraArgs"]
    assert arguments == [{"name": "allocate-node-cidrs", "value": "false"}]
    other = documents(cluster(kubernetes=sites.kubernetes("calico")))["ClusterConfiguration"]
    assert "controllerManager" not in other


def test_a_control_plane_listens_on_its_own_address_and_registers_tainted() -> None:
    found = documents(cluster())["InitConfiguration"]
    assert found["localAPIEndpoint"] == {"advertiseAddress": "10.0.0.1", "bindPort": 6443}
    assert found["nodeRegistration"]["name"] == "head"
    assert found["nodeRegistration"]["taints"] == [
        {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
    ]


def test_a_control_plane_in_a_kubernetes_pool_has_an_empty_list_of_taints_since_none_means_the_default() -> None:
    hosts = [sites.host("head", "work", sites.Service.KUBERNETES_CONTROL_PLANE)]
    found = documents(cluster(hosts=hosts, pools=[kubernetes_pool()]))["InitConfiguration"]
    assert found["nodeRegistration"]["taints"] == []


def test_the_token_that_init_makes_has_no_text_and_a_short_life() -> None:
    assert [token["ttl"] for token in documents(cluster())["InitConfiguration"]["bootstrapTokens"]] == ["15m0s"]
    assert "token:" not in kubeadm.init_text(plan(cluster()), plan(cluster()).hosts["head"])


def test_the_service_proxy_is_left_out_where_the_network_provider_replaces_it() -> None:
    found = documents(cluster(kubernetes=without_proxy("cilium")))
    assert "KubeProxyConfiguration" not in found
    assert found["ClusterConfiguration"]["proxy"] == {"disabled": True}
    assert "proxy" not in documents(cluster())["ClusterConfiguration"]


def test_the_connection_table_is_left_alone_where_the_kernel_is_shared() -> None:
    assert documents(cluster())["KubeProxyConfiguration"]["mode"] == "nftables"
    assert "conntrack" not in documents(cluster())["KubeProxyConfiguration"]
    shared = cluster(hardware=[sites.hardware(absent=HERE)])
    assert documents(shared)["KubeProxyConfiguration"]["conntrack"] == {"maxPerCore": 0, "min": 0}


def test_a_preflight_check_that_must_fail_is_ignored_there_only() -> None:
    assert "ignorePreflightErrors" not in documents(cluster())["InitConfiguration"]["nodeRegistration"]
    old = cluster(hardware=[sites.hardware(absent=frozenset({"cgroup2"}))])
    ignored = documents(old)["InitConfiguration"]["nodeRegistration"]["ignorePreflightErrors"]
    assert ignored == ["SystemVerification"]


def test_a_worker_registers_with_its_pools_taints() -> None:
    taint = Taint("role", "storage", "NoSchedule")
    planned = plan(cluster(hosts=[sites.host("k1", "work")], pools=[kubernetes_pool(taints=(taint,))]))
    found: Any = kubeadm.join_configuration(planned.hosts["k1"])
    assert found["nodeRegistration"]["taints"] == [{"key": "role", "value": "storage", "effect": "NoSchedule"}]
    assert "discovery" not in found


def test_a_site_without_kubernetes_is_told_so() -> None:
    with pytest.raises(kubeadm.NoKubernetesError, match="site test has no Kubernetes"):
        kubeadm.section(plan(sites.site([sites.host("a")])))


def kubeadm_binary() -> str | None:
    """The toolchain's kubeadm, or one on PATH."""
    built = sorted((cache_root() / "tools" / "kubeadm").glob("*/kubeadm"))
    return str(built[-1]) if built else shutil.which("kubeadm")


@pytest.mark.skipif(kubeadm_binary() is None, reason="no kubeadm: `twinstack tools build kubeadm`")
@pytest.mark.parametrize(
    "site",
    [
        cluster(),
        cluster(kubernetes=without_proxy("cilium")),
        cluster(hardware=[sites.hardware(absent=HERE)]),
        cluster(pools=[kubernetes_pool(tuning=STATIC), *list(cluster().pools.values())[1:]]),
    ],
    ids=["bridge", "cilium", "shared kernel", "tuned"],
)
def test_kubeadm_itself_accepts_the_documents(site: Site, tmp_path: Path) -> None:
    planned = plan(site)
    init, join = tmp_path / "init.yaml", tmp_path / "join.yaml"
    init.write_text(kubeadm.init_text(planned, planned.hosts["head"]))
    discovery = {
        "token": "abcdef.0123456789abcdef",
        "apiServerEndpoint": "10.0.0.1:6443",
        "unsafeSkipCAVerification": True,
    }
    document = {**kubeadm.join_configuration(planned.hosts["k1"]), "discovery": {"bootstrapToken": discovery}}
    join.write_text(yaml.safe_dump(document))
    for path in (init, join):
        command = [str(kubeadm_binary()), "config", "validate", "--config", str(path)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert answer.returncode == 0, answer.stderr
        assert "unknown field" not in answer.stderr


def test_only_the_first_document_differs_between_control_planes() -> None:
    control = sites.Service.KUBERNETES_CONTROL_PLANE
    site = cluster(hosts=[sites.host(name, None, control) for name in ("a", "b", "c")], pools=[])
    texts = [kubeadm.init_text(plan(site), host).partition("---")[2] for host in plan(site).hosts.values()]
    assert len(set(texts)) == 1


def test_worker_hosts_do_not_change_the_clusters_documents() -> None:
    more = replace(cluster(), hosts={**cluster().hosts, "k2": replace(cluster().hosts["k1"], name="k2")})
    assert documents(more) == documents(cluster())
