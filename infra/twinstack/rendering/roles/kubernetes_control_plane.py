"""A control plane of the cluster: kubeadm's configuration, and a node like others beside it."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack import programs
from twinstack.inventory.model import Service
from twinstack.planning.model import HostPlan
from twinstack.rendering import kubeadm, kubernetes_packages
from twinstack.rendering import kubernetes_certificates as certificates
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
            files=(PlacedFile(CONFIG, drain=True), *node_files(renderer, host), *_certificate_files(renderer)),
            units=(Unit(renderer.distribution.units["kubelet"]), Unit(certificates.UNIT)),
            params={**node_params(renderer, host), "config": CONFIG},
            drain=True,
            calm=CALM,
        ),
        own_files={
            CONFIG: kubeadm.init_text(renderer.plan, host),
            certificates.TIMER: certificates.timer_text(_turn(renderer, host)),
            **own_files(renderer, host),
        },
        own=_own_params(renderer, host),
    )


def _certificate_files(renderer: Renderer) -> tuple[PlacedFile, ...]:
    """What renews the certificates by a timer; nothing that runs notices a change of it."""
    return (
        renderer.file(
            certificates.PROGRAM,
            "kubernetes/renew-certificates",
            lambda: programs.text("renew_certificates"),
            mode="0755",
        ),
        renderer.file(certificates.SERVICE, "kubernetes/certificates.service", lambda: certificates.SERVICE_TEXT),
        PlacedFile(certificates.TIMER, restarts=(certificates.UNIT,), drain=False),
    )


def _own_params(renderer: Renderer, host: HostPlan) -> Mapping[str, object]:
    endpoint = dict(kubeadm.api_endpoint(host))
    return {**own_params(host), "first": _turn(renderer, host) == 0, "local_endpoint": endpoint}


def _turn(renderer: Renderer, host: HostPlan) -> int:
    """The host's place among the control planes."""
    return [plane.name for plane in renderer.site.by_service[Service.KUBERNETES_CONTROL_PLANE]].index(host.name)
