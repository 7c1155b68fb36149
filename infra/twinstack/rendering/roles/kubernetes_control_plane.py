"""A control plane of the cluster: kubeadm's configuration, and a node like others beside it."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Service
from twinstack.planning.model import HostPlan
from twinstack.rendering import kubeadm, kubernetes_packages
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles.kubernetes_worker import (
    CALM,
    node_files,
    node_params,
    own_files,
    own_params,
    profile_of,
)

ROLE = "kubernetes-control-plane"
CONFIG = "/etc/twinstack/kubeadm.yaml"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The role for one host; only the first control plane makes the cluster, the others join it."""
    profile = profile_of(host)
    return renderer.role(
        ROLE,
        profile,
        lambda: RoleSpec(
            ROLE,
            profile,
            packages=kubernetes_packages.packages(renderer.distribution, kubeadm.section(renderer.plan).version),
            files=(PlacedFile(CONFIG, drain=True), *node_files(renderer, host)),
            units=(Unit(renderer.distribution.units["kubelet"]),),
            params={**node_params(renderer, host), "config": CONFIG},
            drain=True,
            calm=CALM,
        ),
        own_files={CONFIG: kubeadm.init_text(renderer.plan, host), **own_files(renderer, host)},
        own=_own_params(renderer, host),
    )


def _own_params(renderer: Renderer, host: HostPlan) -> Mapping[str, object]:
    planes = renderer.site.by_service[Service.KUBERNETES_CONTROL_PLANE]
    endpoint = dict(kubeadm.api_endpoint(host))
    return {**own_params(host), "first": host.name == planes[0].name, "local_endpoint": endpoint}
