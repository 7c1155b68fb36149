"""containerd, the kernel settings of a host with containers, and its pod network where that is the bridge."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Service
from twinstack.planning.model import HostPlan
from twinstack.rendering import cni_bridge, containerd, kernel_settings
from twinstack.rendering.kubeadm import section
from twinstack.rendering.kubernetes_versions import CONTROL_PLANE, REGISTRY, control_plane_images, node_images
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "containerd"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The role for one host: alike on hosts of the same hardware that need the same images."""
    profile = f"{host.hardware.name}-{images_profile(host)}"
    return renderer.role(ROLE, profile, lambda: _spec(renderer, host, profile), own_files=_own_files(renderer, host))


def images_profile(host: HostPlan) -> str:
    """Which images the host needs: a control plane's, a worker's, or all."""
    match (host.runs(Service.KUBERNETES_CONTROL_PLANE), host.in_kubernetes):
        case (True, False):
            return "control-plane"
        case (False, _):
            return "worker"
    return "all"


def _spec(renderer: Renderer, host: HostPlan, profile: str) -> RoleSpec:
    bridge = _is_bridge(renderer)
    unit = renderer.distribution.units["containerd"]
    return RoleSpec(
        ROLE,
        profile,
        packages=renderer.distribution.install("containerd", *(("kubernetes-needs",) if bridge else ())),
        directories=(Directory("/etc/cni/net.d"),),
        files=(
            *_runtime_files(renderer, host),
            *_kernel_files(renderer, host),
            *(_bridge_files(renderer) if bridge else ()),
        ),
        units=(*((Unit(cni_bridge.SERVICE),) if bridge else ()), Unit(unit)),
        params={"images": _images(renderer, profile)},
        drain=True,
        calm=("images", *((cni_bridge.SERVICE,) if bridge else ())),
    )


def _is_bridge(renderer: Renderer) -> bool:
    return section(renderer.plan).networking.cni == "bridge"


def _runtime_files(renderer: Renderer, host: HostPlan) -> tuple[PlacedFile, ...]:
    hardware, restarts = host.hardware, (renderer.distribution.units["containerd"],)
    kubernetes, names = section(renderer.plan), renderer.distribution
    config = renderer.file(
        containerd.CONFIG,
        f"containerd/{hardware.name}.toml",
        lambda: containerd.config_text(kubernetes, hardware, names),
        restarts=restarts,
        validate=containerd.CHECK,
    )
    drop_in, mirror = containerd.drop_in_text(hardware), containerd.mirror_of(renderer.site.artifacts.images)
    found = [config]
    if drop_in:
        found.append(renderer.file(containerd.DROP_IN, "containerd/unit.conf", lambda: drop_in, restarts=restarts))
    if mirror:  # read at every pull
        found.append(renderer.file(containerd.MIRROR, "containerd/hosts.toml", lambda: containerd.mirror_text(mirror)))
    return tuple(found)


def _kernel_files(renderer: Renderer, host: HostPlan) -> tuple[PlacedFile, ...]:
    modules = kernel_settings.modules_text(host.hardware)
    sysctl = renderer.file(
        kernel_settings.SYSCTL,
        "kernel/containers.conf",
        lambda: kernel_settings.SYSCTL_TEXT,
        restarts=("systemd-sysctl.service",),
        drain=False,
    )
    if modules is None:
        return (sysctl,)
    # Bridged packets have settings only when their module is there: its unit is restarted first, by its name.
    restarts = ("systemd-modules-load.service",)
    loaded = renderer.file(
        kernel_settings.MODULES, "kernel/modules.conf", lambda: modules, restarts=restarts, drain=False
    )
    return (loaded, sysctl)


def _bridge_files(renderer: Renderer) -> tuple[PlacedFile, ...]:
    """Routes follow every host that comes and goes; what pods have open outlives the moment without them."""
    restarts = (cni_bridge.SERVICE,)
    unit = renderer.file(
        cni_bridge.UNIT, "cni/pod-network.service", lambda: cni_bridge.UNIT_TEXT, restarts=restarts, drain=False
    )
    return (
        PlacedFile(cni_bridge.CONFLIST),
        PlacedFile(cni_bridge.ROUTES, restarts=restarts, drain=False),
        PlacedFile(cni_bridge.MASQUERADE, restarts=restarts, drain=False),
        unit,
    )


def _own_files(renderer: Renderer, host: HostPlan) -> Mapping[str, str]:
    if not _is_bridge(renderer):
        return {}
    return {
        cni_bridge.CONFLIST: cni_bridge.conflist_text(host),
        cni_bridge.ROUTES: cni_bridge.routes_text(renderer.plan, host),
        cni_bridge.MASQUERADE: cni_bridge.masquerade_text(renderer.plan, host),
    }


def _images(renderer: Renderer, profile: str) -> Mapping[str, object] | None:
    """What to import, where images are a directory: names for control planes, all but control planes' for workers."""
    directory = containerd.directory_of(renderer.site.artifacts.images)
    if directory is None:
        return None
    kubernetes = section(renderer.plan)
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    if profile.endswith("-control-plane"):
        proxy = kubernetes.networking.kube_proxy
        only = (*control_plane_images(kubernetes.version), *node_images(kubernetes.version, kube_proxy=proxy))
    elif profile.endswith("-worker"):
        skip = tuple(f"{REGISTRY}/{name}" for name in CONTROL_PLANE)
    return {"directory": directory, "only": list(only), "skip": list(skip)}
