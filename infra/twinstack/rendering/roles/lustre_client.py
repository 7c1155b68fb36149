"""Role lustre-client: Lustre's client at its version, LNet from the fabric, and mounts that no boot waits for."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import LustreMount, Site
from twinstack.planning import lnet
from twinstack.planning.file_systems import lustre_of
from twinstack.planning.lnet import Local
from twinstack.planning.model import HostPlan
from twinstack.rendering import kernel_needs, lnet_conf, lustre_packages, mount_units
from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.mount_units import NetworkMount
from twinstack.rendering.renderer import Renderer

ROLE = "lustre-client"
LNET = "lnet.service"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for hosts of one class that mount the same: they have the same ports."""
    mounts = lustre_of(renderer.site, host.host, host.hardware)
    profile = ".".join([host.hardware.name, *(mount.name for mount in mounts)])
    return renderer.role(ROLE, profile, lambda: _spec(renderer, host, profile, mounts))


def _spec(renderer: Renderer, host: HostPlan, profile: str, mounts: tuple[LustreMount, ...]) -> RoleSpec:
    made = tuple(network_mount(mount) for mount in mounts)
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=lustre_packages.packages(renderer.distribution, mounts),
        files=(
            _lnet(renderer, host, profile, mounts),
            *(file for mount in made for file in mount_units.files(renderer, mount)),
            *_pin(renderer, mounts),
        ),
        units=(Unit(LNET), mount_units.TARGET, *(mount_units.unit(mount) for mount in made)),
        params={
            "repository": lustre_packages.repository(renderer.distribution, mounts),
            "kernel": kernel_needs.LUSTRE.params,
        },
        drain=True,
        calm=("repository", "kernel"),
    )


def network_mount(mount: LustreMount) -> NetworkMount:
    """The mount of a file system (mount.lustre(8)); it stands on LNet."""
    what = f"{mount.mgs}:/{mount.filesystem}"
    return NetworkMount(mount.name, what, mount.mount, "lustre", mount.options, needs=(LNET,))


def _pin(renderer: Renderer, mounts: tuple[LustreMount, ...]) -> Iterator[PlacedFile]:
    if text := lustre_packages.pin_text(renderer.distribution, mounts):
        yield renderer.file(lustre_packages.PIN, "apt/lustre", lambda: text)


def _lnet(renderer: Renderer, host: HostPlan, profile: str, mounts: tuple[LustreMount, ...]) -> PlacedFile:
    """LNet takes up a change only when nothing is mounted, hence the restart and, with it, the drain."""
    return renderer.file(
        lnet_conf.DEST,
        f"lustre/{profile}-lnet.conf",
        lambda: lnet_conf.text(networks(renderer.site, host, mounts)),
        restarts=(LNET,),
    )


def networks(site: Site, host: HostPlan, mounts: tuple[LustreMount, ...]) -> tuple[Local, ...]:
    """Every network of LNet that a host has a side on, each once."""
    return tuple(dict.fromkeys(_locals(site, host, mounts)))


def _locals(site: Site, host: HostPlan, mounts: tuple[LustreMount, ...]) -> Iterator[Local]:
    for mount in mounts:
        yield from lnet.locals_of(site, host.host, host.hardware, mount)
