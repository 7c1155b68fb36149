"""The address that control planes share, held by keepalived on one of them."""

from __future__ import annotations

from ipaddress import IPv4Address

from twinstack.inventory.model import Service
from twinstack.planning.endpoint import virtual_address
from twinstack.planning.model import HostPlan
from twinstack.rendering import keepalived_conf
from twinstack.rendering.kubeadm import section
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "kubernetes-endpoint"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The role for one control plane; only addresses differ among them."""
    unit = renderer.distribution.units["kubernetes-endpoint"]
    return renderer.role(
        ROLE,
        "all",
        lambda: RoleSpec(
            ROLE,
            "all",
            packages=renderer.distribution.install("kubernetes-endpoint"),
            files=(
                PlacedFile(keepalived_conf.DROP_IN, restarts=(unit,)),
                PlacedFile(keepalived_conf.CONFIG, reloads=(unit,), validate=keepalived_conf.CHECK),
            ),
            units=(Unit(unit),),
        ),
        own_files={
            keepalived_conf.DROP_IN: keepalived_conf.drop_in_text(host.host.address),
            keepalived_conf.CONFIG: _config(renderer, host),
        },
    )


def _config(renderer: Renderer, host: HostPlan) -> str:
    planes = [plane.address for plane in renderer.site.by_service[Service.KUBERNETES_CONTROL_PLANE]]
    port = int(section(renderer.plan).endpoint.rpartition(":")[2])
    address = virtual_address(renderer.site)
    assert isinstance(address, IPv4Address)  # the role is planned only where there is one  # noqa: S101
    return keepalived_conf.text(address, port, host.host.address, planes)
