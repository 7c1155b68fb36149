"""containerd's configuration and where it gets images from."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Hardware, Kubernetes
from twinstack.rendering.distribution import Distribution
from twinstack.rendering.kubernetes_versions import pause_image

CONFIG = "/etc/containerd/config.toml"
REGISTRIES = "/etc/containerd/certs.d"
# Every registry without an entry of its own.
MIRROR = f"{REGISTRIES}/_default/hosts.toml"
DROP_IN = "/etc/systemd/system/containerd.service.d/50-twinstack.conf"
# Network providers other than the distribution's plugins bring their own binaries and put them here.
PROVIDERS_PLUGINS = "/opt/cni/bin"

_CRI = 'plugins."io.containerd.grpc.v1.cri"'


def config_text(kubernetes: Kubernetes, hardware: Hardware, names: Distribution) -> str:
    """The text of config.toml (version 2: containerd 1.6 and later)."""
    sections = (
        ("", {"version": 2, "imports": ["/etc/containerd/conf.d/*.toml"]}),
        (_CRI, {"sandbox_image": pause_image(kubernetes.version), **concessions(hardware)}),
        (f"{_CRI}.cni", {"bin_dir": plugins(kubernetes, names), "conf_dir": "/etc/cni/net.d"}),
        (f"{_CRI}.containerd", {"snapshotter": "overlayfs", "default_runtime_name": "runc"}),
        (f"{_CRI}.containerd.runtimes.runc", {"runtime_type": "io.containerd.runc.v2"}),
        (f"{_CRI}.containerd.runtimes.runc.options", {"SystemdCgroup": True}),
        (f"{_CRI}.registry", {"config_path": REGISTRIES}),
    )
    return "\n".join(_section(name, values) for name, values in sections)


def concessions(hardware: Hardware) -> Mapping[str, object]:
    """What a machine that lacks a capability needs in order to run pods at all."""
    found: dict[str, object] = {}
    if "apparmor" in hardware.absent:
        found["disable_apparmor"] = True
    if "oom-score-adjust" in hardware.absent:
        found["restrict_oom_score_adj"] = True
    return found


def plugins(kubernetes: Kubernetes, names: Distribution) -> str:
    """Where the network plugins are."""
    return names.paths["cni-plugins"] if kubernetes.networking.cni == "bridge" else PROVIDERS_PLUGINS


def drop_in_text(hardware: Hardware) -> str | None:
    """A drop-in for the unit, where the machine may not lower its own OOM score as the package's unit wants."""
    return "[Service]\nOOMScoreAdjust=0\n" if "oom-score-adjust" in hardware.absent else None


def mirror_of(images: str) -> str | None:
    """The URL under which a registry mirrors all others, None where images come from upstream or from a directory."""
    scheme, separator, rest = images.partition("://")
    if not separator:
        return None
    return f"{'https' if scheme == 'oci' else scheme}://{rest.rstrip('/')}"


def directory_of(images: str) -> str | None:
    """The directory on the hosts that has images as archives, None where they come by the network."""
    return images if images.startswith("/") else None


def mirror_text(url: str) -> str:
    """The text of hosts.toml: every image is asked of the mirror."""
    host, _, path = url.removeprefix("https://").removeprefix("http://").partition("/")
    scheme = url.partition("://")[0]
    base = f"{scheme}://{host}/v2/{path}".rstrip("/")
    return f'[host."{base}"]\n  capabilities = ["pull", "resolve"]\n  override_path = true\n'


def _section(name: str, values: Mapping[str, object]) -> str:
    header = [f"[{name}]"] if name else []
    return "".join(f"{line}\n" for line in (*header, *(f"{key} = {_toml(value)}" for key, value in values.items())))


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case list():
            return f"[{', '.join(_toml(item) for item in value)}]"
    return '"{}"'.format(str(value).replace("\\", "\\\\").replace('"', '\\"'))
