"""Packages and images of another Kubernetes version, for the test that upgrades from it.

Its binaries are built as those of `tools/kubernetes` are, from a copy of that module in which `k8s.io/kubernetes` and
the staging modules have the other version. Then

    python -m tests.sandbox.older_kubernetes VERSION DIRECTORY_OF_BINARIES DIRECTORY

makes the directory that TWINSTACK_SUPPLIES names. etcd and CoreDNS are the pinned ones under the tags that this
version's kubeadm asks for; only their labels tell.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from twinstack.rendering.kubernetes_versions import package_version, release_of
from twinstack.sandbox import image
from twinstack.sandbox.layout import home
from twinstack.toolchain.debs import PACKAGES, write_package
from twinstack.toolchain.images import IMAGES, Image, borrowed_files, entries
from twinstack.toolchain.oci import write_image
from twinstack.toolchain.supply import binaries

KUBERNETES = "registry.k8s.io/kube-"


def older(version: str) -> Iterator[Image]:
    """The images of a cluster of that version: what the pinned version has, under other tags."""
    release = release_of(version)
    tags = {"registry.k8s.io/etcd": release.etcd, "registry.k8s.io/coredns/coredns": release.coredns}
    for known in IMAGES:
        tag = f"v{version}" if known.repository.startswith(KUBERNETES) else tags.get(known.repository)
        if tag and tag != known.tag:
            yield replace(known, tag=tag)


def make(version: str, built: Path, target: Path) -> None:
    """Write packages and images of a version, whose binaries are in `built`."""
    (target / "images").mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        write_package(target, package, built / package.name, package_version(version))
    rootfs = image.base(home())
    for each in older(version):
        files = borrowed_files(each, rootfs)
        path = target / "images" / each.archive
        write_image(path, each.reference, each.runtime, entries(each, tools(each, built), files))


def tools(each: Image, built: Path) -> Mapping[str, Path]:
    """The binaries of an image: the version's own, else the toolchain's."""
    names = [name for _, name in each.tools]
    own = {name: built / name for name in names if (built / name).exists()}
    return own or binaries(names)


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
