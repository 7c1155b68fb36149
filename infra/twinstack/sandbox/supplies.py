"""What hosts are given beyond Debian: Kubernetes packages and container images."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from twinstack.toolchain.model import Progress

MORE = "TWINSTACK_SUPPLIES"
"""Environment variable: a directory with more packages (`*.deb`) and images (`images/*.tar`), of another version."""


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
    images = image_archives(rootfs, progress)
    more = os.environ.get(MORE)
    return with_more(packages, images, Path(more), progress) if more else Supplies(packages, images)


def with_more(packages: tuple[Path, ...], images: Path, more: Path, progress: Progress) -> Supplies:
    """Packages and images of a directory beside those of the toolchain; hosts see all images in one directory."""
    from twinstack.toolchain.cache import cache_root, digest, publish  # noqa: PLC0415

    archives = tuple(sorted((more / "images").glob("*.tar")))
    key = digest(str(images), *(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in archives))
    folder = cache_root() / "images" / key
    publish(folder, partial(copied, (*sorted(images.glob("*.tar")), *archives)), progress)
    return Supplies((*packages, *sorted(more.glob("*.deb"))), folder)


def copied(archives: tuple[Path, ...], folder: Path) -> None:
    """Copy archives into a folder; of two of one name, the later one stays."""
    for archive in archives:
        shutil.copy(archive, folder)
