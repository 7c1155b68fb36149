"""Role fabric: ports on the site's further networks, InfiniBand, RoCE or Ethernet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twinstack.planning.fabric import Port, ports_of
from twinstack.planning.model import HostPlan
from twinstack.rendering import fabric, sriov
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "fabric"
LOCKED_MEMORY = "[Service]\nLimitMEMLOCK=infinity\n"
CONTAINERD = "/etc/systemd/system/containerd.service.d/60-twinstack-rdma.conf"
"""RDMA registers memory by locking it, and containers have the limits of the runtime that starts them."""


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for hosts of one hardware class in one stack, but for their addresses."""
    style, ports = fabric.STYLES[renderer.site.os.distribution], ports_of(renderer.site, host)
    profile = f"{host.hardware.name}.{host.stack}"
    own = {**style.files(ports), **({sriov.TABLE: sriov.table(ports)} if _functions(ports) else {})}
    return renderer.role(ROLE, profile, lambda: _spec(renderer, host, ports, profile), own_files=own)


def _functions(ports: Sequence[Port]) -> bool:
    return any(port.functions for port in ports)


def _spec(renderer: Renderer, host: HostPlan, ports: Sequence[Port], profile: str) -> RoleSpec:
    style = fabric.STYLES[renderer.site.os.distribution]
    rdma = any(port.rdma or port.infiniband for port in ports)
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install(*style.packages, *(("rdma",) if rdma else ())),
        files=(
            *_ports(renderer, style, ports, profile),
            *(_virtual_functions(renderer) if _functions(ports) else ()),
            *(_limits(renderer) if rdma and host.in_kubernetes else ()),
        ),
        units=(*((Unit(sriov.UNIT),) if _functions(ports) else ()), Unit(fabric.UNIT)),
        drain=True,
    )


def _ports(renderer: Renderer, style: fabric.Style, ports: Sequence[Port], profile: str) -> Iterator[PlacedFile]:
    for dest in style.files(ports):
        yield PlacedFile(dest, mode=style.mode, restarts=(fabric.UNIT,))
    unit = f"/etc/systemd/system/{fabric.UNIT}"
    yield renderer.file(unit, f"fabric/{profile}.service", lambda: style.unit(ports), restarts=(fabric.UNIT,))


def _virtual_functions(renderer: Renderer) -> Iterator[PlacedFile]:
    restarts = (sriov.UNIT,)
    yield PlacedFile(sriov.TABLE, restarts=restarts)
    yield renderer.file(sriov.SCRIPT, "fabric/sriov", lambda: sriov.SCRIPT_TEXT, mode="0755", restarts=restarts)
    unit = f"/etc/systemd/system/{sriov.UNIT}"
    yield renderer.file(unit, "fabric/sriov.service", lambda: sriov.UNIT_TEXT, restarts=restarts)


def _limits(renderer: Renderer) -> Iterator[PlacedFile]:
    yield renderer.file(CONTAINERD, "fabric/containerd-limits.conf", lambda: LOCKED_MEMORY)
