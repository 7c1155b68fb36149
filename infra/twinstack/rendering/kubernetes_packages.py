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
    """Kubernetes' packages at their version, and the programs that they call.

    The release of upstream's RPM packages is that of the system that builds them (`1.35.4-150500.1.1`): it is left out.
    """
    exact = package_version(version) if names.family == "debian" else version
    pinned = [package for word in WORDS for package in names.pinned(word, exact)]
    return (*sorted(pinned), *names.install("kubernetes-needs"))


def pin_text(names: Distribution, version: str) -> str | None:
    """Preferences of apt that hold the packages, so that an upgrade of the system leaves them.

    None elsewhere: dnf sees only this version in upstream's repository (`redhat_source`).
    """
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
    text = debian_source(url, keyring) if names.family == "debian" else redhat_source(url, keyring, version)
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


def redhat_source(url: str, keyring: str, version: str) -> str:
    """The repository as dnf has it: it sees no other version there, nor does an upgrade of the system (dnf.conf(5))."""
    seen = ",".join((*(f"{name}-{version}*" for name in WORDS), "cri-tools*", "kubernetes-cni*"))
    lines = ("name=Kubernetes", f"baseurl={url}", "enabled=1", "gpgcheck=1", f"gpgkey=file://{keyring}")
    return "\n".join(("[twinstack-kubernetes]", *lines, f"includepkgs={seen}", ""))
