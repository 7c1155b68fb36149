"""Where Kubernetes' packages come from, and what keeps them at the planned version."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import Artifacts
from twinstack.rendering.distribution import Distribution
from twinstack.rendering.kubernetes_versions import package_version

UPSTREAM = "https://pkgs.k8s.io/core:/stable:/v{minor}/{kind}/"
WORDS = ("kubeadm", "kubelet", "kubectl")
PIN = "/etc/apt/preferences.d/twinstack-kubernetes"


def packages(names: Distribution, version: str) -> tuple[str, ...]:
    """Kubernetes' packages at their version, and the programs that they call."""
    pinned = [package for word in WORDS for package in names.pinned(word, package_version(version))]
    return (*sorted(pinned), *names.install("kubernetes-needs"))


def pin_text(names: Distribution, version: str) -> str | None:
    """Preferences of apt that hold the packages, so that an upgrade of the system leaves them; None elsewhere."""
    if names.family != "debian":
        return None
    held = " ".join(name for word in WORDS for name in names.packages[word])
    return f"Package: {held}\nPin: version {package_version(version)}\nPin-Priority: 1001\n"


def repository(names: Distribution, artifacts: Artifacts, version: str) -> Mapping[str, str] | None:
    """Upstream's repository and its key; None where images come from a mirror: the site has one for packages, too."""
    if artifacts.images != "upstream":
        return None
    url = UPSTREAM.format(minor=".".join(version.split(".")[:2]), kind="deb" if names.family == "debian" else "rpm")
    keyring = names.paths["kubernetes-keyring"]
    text = debian_source(url, keyring) if names.family == "debian" else redhat_source(url, keyring)
    return {
        "key": f"{url}{_KEY[names.family]}",
        "keyring": keyring,
        "dest": names.paths["kubernetes-source"],
        "text": text,
    }


_KEY = {"debian": "Release.key", "redhat": "repodata/repomd.xml.key"}


def debian_source(url: str, keyring: str) -> str:
    """The repository as apt has it."""
    return f"Types: deb\nURIs: {url}\nSuites: /\nSigned-By: {keyring}\n"


def redhat_source(url: str, keyring: str) -> str:
    """The repository as dnf has it; only an explicit version is ever installed from it."""
    return f"[twinstack-kubernetes]\nname=Kubernetes\nbaseurl={url}\nenabled=1\ngpgcheck=1\ngpgkey=file://{keyring}\n"
