"""A worker of the cluster: kubelet and kubeadm, the pool's settings, the node's labels and taints."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.planning.model import HostPlan
from twinstack.rendering import kubelet, kubernetes_packages, nodes
from twinstack.rendering.containerd import directory_of
from twinstack.rendering.kubeadm import ignored_preflight, join_configuration, section
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "kubernetes-worker"
CALM = ("labels", "own_labels", "taints", "join", "ready", "repository")
"""Parameters that are read by who is yet to join, or that change what the scheduler knows of the node only."""


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The role for one host: alike on hosts of the same pool and hardware."""
    profile = profile_of(host)
    return renderer.role(
        ROLE,
        profile,
        lambda: RoleSpec(
            ROLE,
            profile,
            packages=kubernetes_packages.packages(renderer.distribution, section(renderer.plan).version),
            files=node_files(renderer, host),
            units=(Unit(renderer.distribution.units["kubelet"]),),
            params=node_params(renderer, host),
            drain=True,
            calm=CALM,
        ),
        own_files=own_files(renderer, host),
        own=own_params(host),
    )


def profile_of(host: HostPlan) -> str:
    """What a node's kubelet depends on: pool, hardware, and who has the machine."""
    return "-".join((host.pool.name if host.pool else "none", host.hardware.name, host.stack))


def node_files(renderer: Renderer, host: HostPlan) -> tuple[PlacedFile, ...]:
    """Files of any node. The kubelet's have no `restarts`: kubeadm starts it, and changes go through kubeadm.

    A kubelet that comes up with another division of the machine may refuse pods that run, hence the drain
    (kubernetes.io/docs/tasks/administer-cluster/cpu-management-policies, "Changing the CPU Manager Policy").
    """
    version, names = section(renderer.plan).version, renderer.distribution
    keep = directory_of(renderer.site.artifacts.images) is not None
    patch = renderer.file(
        kubelet.PATCH, f"kubelet/{profile_of(host)}.yaml", lambda: kubelet.patch(host, keep_images=keep), drain=True
    )
    pin = kubernetes_packages.pin_text(names, version)
    pins = (renderer.file(kubernetes_packages.PIN, "apt/kubernetes", lambda: pin),) if pin else ()
    return (patch, PlacedFile(renderer.distribution.paths["kubelet-flags"], drain=True), *pins)


def node_params(renderer: Renderer, host: HostPlan) -> Mapping[str, object]:
    """Decisions that all nodes of a profile share."""
    kubernetes = section(renderer.plan)
    return {
        "endpoint": kubernetes.endpoint,
        "version": kubernetes.version,
        "join": join_configuration(host),
        "preflight": ["CreateJob", *ignored_preflight(host.hardware)],
        "labels": dict(nodes.labels(host)),
        "taints": [nodes.taint_document(taint) for taint in nodes.taints(host)],
        # Other network providers are pods: they come when nodes are there, and nodes are Ready when they have come.
        "ready": kubernetes.networking.cni == "bridge",
        "patches": kubelet.PATCHES,
        "settings": [kubelet.PATCH, renderer.distribution.paths["kubelet-flags"]],
        "repository": kubernetes_packages.repository(
            renderer.distribution, renderer.site.artifacts, kubernetes.version
        ),
    }


def own_files(renderer: Renderer, host: HostPlan) -> Mapping[str, str]:
    """The kubelet's flags of one host: the address by which the cluster knows it."""
    return {renderer.distribution.paths["kubelet-flags"]: f"KUBELET_EXTRA_ARGS=--node-ip={host.host.address}\n"}


def own_params(host: HostPlan) -> Mapping[str, object]:
    """Decisions for one host alone."""
    return {"name": host.name, "own_labels": dict(nodes.own_labels(host))}
