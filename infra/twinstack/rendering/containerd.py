"""containerd's configuration and where it gets images from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
CNI = "/etc/cni/net.d"
# Other components add runtimes by files of their own.
IMPORTS = ["/etc/containerd/conf.d/*.toml"]
RUNTIME = "io.containerd.runc.v2"

# Reads a new configuration as the daemon would: text that is no TOML, or of a version that it does not know, fails.
CHECK = "containerd --config %s config dump"

Sections = tuple[tuple[str, Mapping[str, object]], ...]

_CRI = 'plugins."io.containerd.grpc.v1.cri"'
_RUNTIME = 'plugins."io.containerd.cri.v1.runtime"'
_IMAGES = 'plugins."io.containerd.cri.v1.images"'
_RUNC = "containerd.runtimes.runc"
_UNPACKED = {"snapshotter": "overlayfs"}
_SYSTEMD = {"SystemdCgroup": True}


def config_text(kubernetes: Kubernetes, hardware: Hardware, names: Distribution) -> str:
    """The text of config.toml for the series of containerd that the distribution has."""
    sections = SERIES[names.containerd](pause_image(kubernetes.version), plugins(kubernetes, names), hardware)
    return "\n".join(_section(name, values) for name, values in sections if values)


def series_1(pause: str, where: str, hardware: Hardware) -> Sections:
    """Containerd 1.6 and 1.7: version 2 (docs/cri/config.md of 1.7)."""
    return (
        ("", {"version": 2, "imports": IMPORTS}),
        (_CRI, {"sandbox_image": pause, **concessions(hardware)}),
        (f"{_CRI}.cni", {"bin_dir": where, "conf_dir": CNI}),
        (f"{_CRI}.containerd", {**_UNPACKED, "default_runtime_name": "runc"}),
        (f"{_CRI}.{_RUNC}", {"runtime_type": RUNTIME}),
        (f"{_CRI}.{_RUNC}.options", _SYSTEMD),
        (f"{_CRI}.registry", {"config_path": REGISTRIES}),
    )


def series_2(pause: str, where: str, hardware: Hardware) -> Sections:
    """Containerd 2.1 and later: version 3, which has images and runtimes apart (docs/cri/config.md of 2.3).

    `bin_dirs` came with 2.1, and `bin_dir` goes with 2.3 (RELEASES.md, deprecated features).
    """
    return (
        ("", {"version": 3, "imports": IMPORTS}),
        (_IMAGES, _UNPACKED),
        (f"{_IMAGES}.pinned_images", {"sandbox": pause}),
        (f"{_IMAGES}.registry", {"config_path": REGISTRIES}),
        (_RUNTIME, concessions(hardware)),
        (f"{_RUNTIME}.cni", {"bin_dirs": [where], "conf_dir": CNI}),
        (f"{_RUNTIME}.containerd", {"default_runtime_name": "runc"}),
        (f"{_RUNTIME}.{_RUNC}", {"runtime_type": RUNTIME}),
        (f"{_RUNTIME}.{_RUNC}.options", _SYSTEMD),
    )


SERIES: Mapping[str, Callable[[str, str, Hardware], Sections]] = {"1": series_1, "2": series_2}


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
