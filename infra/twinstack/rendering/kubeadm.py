"""What kubeadm is told: the cluster's documents for the first control plane, the node's for all that join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twinstack.inventory.model import Hardware, Kubernetes
from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering import nodes, yaml_text
from twinstack.rendering.kernel_settings import shares_kernel
from twinstack.rendering.kubelet import PATCHES

KUBEADM = "kubeadm.k8s.io/v1beta4"
SOCKET = "unix:///run/containerd/containerd.sock"
PORT = 6443
# kubeadm makes a first token by itself, valid for a day unless told; nobody uses it.
TOKEN = {"ttl": "15m0s", "description": "made by init; joining hosts get their own"}

Documents = Mapping[str, object]


class NoKubernetesError(ValueError):
    """Something of Kubernetes was asked of a site that has none."""


def section(plan: Plan) -> Kubernetes:
    """The inventory's Kubernetes section."""
    if plan.site.kubernetes is None:
        raise NoKubernetesError(f"site {plan.site.name} has no Kubernetes")
    return plan.site.kubernetes


def init_text(plan: Plan, host: HostPlan) -> str:
    """The configuration file of a control plane: its own part, then the cluster's, the same on each of them."""
    return yaml_text.text(init_configuration(host), *cluster_documents(plan))


def cluster_documents(plan: Plan) -> tuple[Documents, ...]:
    """The cluster's own documents: what kubeadm keeps in ConfigMaps."""
    proxy = (kube_proxy_configuration(plan),) if section(plan).networking.kube_proxy else ()
    return (cluster_configuration(plan), kubelet_configuration(), *proxy)


def init_configuration(host: HostPlan) -> Documents:
    """InitConfiguration: where the API server listens, and the node."""
    return {
        "apiVersion": KUBEADM,
        "kind": "InitConfiguration",
        "bootstrapTokens": [TOKEN],
        "localAPIEndpoint": api_endpoint(host),
        "nodeRegistration": {"name": host.name, **registration(host)},
        "patches": {"directory": PATCHES},
    }


def join_configuration(host: HostPlan) -> Documents:
    """JoinConfiguration without what is known only when a host joins: its name, the token, certificates' key."""
    return {
        "apiVersion": KUBEADM,
        "kind": "JoinConfiguration",
        "nodeRegistration": registration(host),
        "patches": {"directory": PATCHES},
    }


def api_endpoint(host: HostPlan) -> Mapping[str, object]:
    """Where a control plane's own API server listens."""
    return {"advertiseAddress": str(host.host.address), "bindPort": PORT}


def registration(host: HostPlan) -> Mapping[str, object]:
    """How hosts of a pool register: with their taints, so that nothing lands on them before the taints are there."""
    found: dict[str, object] = {
        "criSocket": SOCKET,
        "imagePullPolicy": "IfNotPresent",
        "taints": [nodes.taint_document(taint) for taint in nodes.taints(host)],
    }
    ignored = ignored_preflight(host.hardware)
    return {**found, "ignorePreflightErrors": ignored} if ignored else found


def ignored_preflight(hardware: Hardware) -> list[str]:
    """Preflight checks that must fail on a machine that lacks a capability."""
    return ["SystemVerification"] if "cgroup2" in hardware.absent or shares_kernel(hardware) else []


def cluster_configuration(plan: Plan) -> Documents:
    """ClusterConfiguration: version, endpoint, networks."""
    kubernetes = section(plan)
    networking = kubernetes.networking
    return {
        "apiVersion": KUBEADM,
        "kind": "ClusterConfiguration",
        "clusterName": plan.site.name,
        "kubernetesVersion": f"v{kubernetes.version}",
        "controlPlaneEndpoint": kubernetes.endpoint,
        "networking": {
            "podSubnet": str(networking.pod_cidr),
            "serviceSubnet": str(networking.service_cidr),
            "dnsDomain": "cluster.local",
        },
        **_controller_manager(kubernetes),
        **({} if networking.kube_proxy else {"proxy": {"disabled": True}}),
    }


def _controller_manager(kubernetes: Kubernetes) -> Mapping[str, object]:
    """With the bridge CNI pod CIDRs come from the Plan, and nobody else may hand out the same ones."""
    if kubernetes.networking.cni != "bridge":
        return {}
    return {"controllerManager": {"extraArgs": arguments({"allocate-node-cidrs": "false"})}}


def arguments(flags: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    """Command line flags as v1beta4 has them."""
    return [{"name": name, "value": value} for name, value in flags.items()]


def kubelet_configuration() -> Documents:
    """What all kubelets share; pools differ by patches (`kubelet.patch`)."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "cgroupDriver": "systemd",
        # Only service proxies of iptables want the chains that it would make.
        "makeIPTablesUtilChains": False,
    }


def kube_proxy_configuration(plan: Plan) -> Documents:
    """KubeProxyConfiguration: nftables, which all supported distributions have."""
    document: dict[str, object] = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
    }
    if any(shares_kernel(host.hardware) for host in plan.with_role("containerd")):
        # The size of the connection table belongs to the kernel's owner; 0 leaves it as it is.
        document["conntrack"] = {"maxPerCore": 0, "min": 0}
    return document
