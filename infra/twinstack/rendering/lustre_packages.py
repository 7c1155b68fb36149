"""Lustre's client packages: their names, the pinned version and what holds it, and the repository of the inventory.

Names as in Lustre's sources (lustre.spec.in: lustre-client, kmod-lustre-client, lustre-client-dkms; debian/control:
lustre-client-utils, lustre-client-modules-dkms) and in Whamcloud's releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from twinstack.inventory.model import LustreMount
from twinstack.rendering.distribution import Distribution

WORD = "lustre-client"
PIN = "/etc/apt/preferences.d/twinstack-lustre"


def packages(names: Distribution, mounts: Iterable[LustreMount]) -> tuple[str, ...]:
    """The client's packages, at the version that the inventory pins; Whamcloud's builds add a release of their own."""
    version = _version(mounts)
    if version is None:
        return names.install(WORD)
    suffix = "-*" if names.family == "debian" else ""
    return tuple(sorted(names.pinned(WORD, f"{version}{suffix}")))


def _version(mounts: Iterable[LustreMount]) -> str | None:
    return next((mount.client for mount in mounts if mount.client), None)


def pin_text(names: Distribution, mounts: Iterable[LustreMount]) -> str | None:
    """Preferences of apt that hold the client at its version, so that an upgrade of the system leaves it.

    None elsewhere: dnf sees only this version in the inventory's repository.
    """
    version = _version(mounts)
    if version is None or names.family != "debian":
        return None
    return f"Package: {' '.join(names.packages[WORD])}\nPin: version {version}-*\nPin-Priority: 1001\n"


def repository(names: Distribution, mounts: Iterable[LustreMount]) -> Mapping[str, str] | None:
    """The package repository of the inventory as the distribution has it; None: the hosts know one already.

    dnf sees no other version of a pinned client there, nor does an upgrade of the system (dnf.conf(5), includepkgs).
    """
    url = next((mount.repository for mount in mounts if mount.repository), None)
    if url is None:
        return None
    # Whamcloud signs neither its packages nor its repositories; what a site names, it answers for.
    if names.family == "debian":
        text = f"Types: deb\nURIs: {url}\nSuites: ./\nTrusted: yes\n"
        return {"dest": "/etc/apt/sources.list.d/twinstack-lustre.sources", "text": text}
    version = _version(mounts)
    seen = f"includepkgs={','.join(f'{name}-{version}*' for name in names.packages[WORD])}\n" if version else ""
    text = f"[twinstack-lustre]\nname=Lustre client\nbaseurl={url}\nenabled=1\ngpgcheck=0\n{seen}"
    return {"dest": "/etc/yum.repos.d/twinstack-lustre.repo", "text": text}
