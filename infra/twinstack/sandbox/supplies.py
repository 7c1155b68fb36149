"""What hosts are given beyond Debian: Kubernetes packages and container images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twinstack.toolchain.model import Progress


@dataclass(frozen=True, slots=True)
class Supplies:
    """Packages that are installed in the image, and a directory of image archives that hosts see."""

    packages: tuple[Path, ...] = ()
    images: Path | None = None


def bare(_rootfs: Path, _progress: Progress) -> Supplies:
    """Nothing: enough for hosts that run no Kubernetes."""
    return Supplies()


def from_toolchain(rootfs: Path, progress: Progress) -> Supplies:
    """What the pinned toolchain makes; takes long the first time."""
    # Only here, since making or finding tools is of no concern to whoever racks bare hosts.
    from twinstack.toolchain.debs import apt_repository  # noqa: PLC0415
    from twinstack.toolchain.images import image_archives  # noqa: PLC0415

    packages = tuple(sorted(apt_repository(progress).glob("*.deb")))
    return Supplies(packages, image_archives(rootfs, progress))
