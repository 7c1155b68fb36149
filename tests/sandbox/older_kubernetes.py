"""Packages and images of another Kubernetes version, for the test that upgrades from it.

    python -m tests.sandbox.older_kubernetes VERSION DIRECTORY

makes the directory that TWINSTACK_SUPPLIES names. The binaries are built as those of `tools/kubernetes` are, from a
copy of that module in which `k8s.io/kubernetes` and the staging modules have the other version, and cached beside them.
etcd and CoreDNS are the pinned ones under the tags that this version's kubeadm asks for; only their labels tell.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from twinstack.rendering.kubernetes_versions import package_version, release_of
from twinstack.sandbox import image
from twinstack.sandbox.layout import home
from twinstack.toolchain.build import build
from twinstack.toolchain.debs import PACKAGES, write_package
from twinstack.toolchain.golang import run_go
from twinstack.toolchain.images import IMAGES, Image, borrowed_files, entries
from twinstack.toolchain.keys import SOURCES, cached_path, source_files
from twinstack.toolchain.oci import write_image
from twinstack.toolchain.supply import binaries
from twinstack.toolchain.table import KUBERNETES, TOOLS, kubernetes

FOLDER = "kubernetes"
REPOSITORY = "registry.k8s.io/kube-"


def module(version: str, sources: Path) -> None:
    """Write a copy of the module of Kubernetes' binaries with the other version; staging modules count as v0."""
    folder = sources / FOLDER
    folder.mkdir(parents=True)
    for path in source_files(SOURCES / FOLDER):
        shutil.copy(path, folder)
    pins = folder / "go.mod"
    pins.write_text(repinned(pins.read_text(), version))
    run_go(["mod", "tidy"], folder)


def repinned(text: str, version: str) -> str:
    """A go.mod with the other version of Kubernetes and its staging modules."""
    known, other = (each.partition(".")[2] for each in (KUBERNETES, version))
    return text.replace(f" v1.{known}", f" v1.{other}").replace(f" v0.{known}", f" v0.{other}")


def built(version: str, sources: Path) -> dict[str, Path]:
    """The binaries of a version, built from its module."""
    pinned = [tool for tool in TOOLS if tool.folder == FOLDER]
    tools = [replace(tool, version=version, origin=kubernetes(tool.name, version)) for tool in pinned]
    for tool in tools:
        build(tool, lambda line, tool=tool: print(f"{tool.name}: {line}"), sources)  # type: ignore[misc]
    return {tool.name: cached_path(tool, sources) for tool in tools}


def older(version: str) -> Iterator[Image]:
    """The images of a cluster of that version: what the pinned version has, under other tags."""
    release = release_of(version)
    tags = {"registry.k8s.io/etcd": release.etcd, "registry.k8s.io/coredns/coredns": release.coredns}
    for known in IMAGES:
        tag = f"v{version}" if known.repository.startswith(REPOSITORY) else tags.get(known.repository)
        if tag and tag != known.tag:
            yield replace(known, tag=tag)


def make(version: str, own: Mapping[str, Path], target: Path) -> None:
    """Write packages and images of a version that has these binaries."""
    (target / "images").mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        write_package(target, package, own[package.name], package_version(version))
    rootfs = image.base(home())
    for each in older(version):
        files = borrowed_files(each, rootfs)
        path = target / "images" / each.archive
        write_image(path, each.reference, each.runtime, entries(each, tools(each, own), files))


def tools(each: Image, own: Mapping[str, Path]) -> Mapping[str, Path]:
    """The binaries of an image: the version's own, else the toolchain's."""
    names = [name for _, name in each.tools]
    return {name: own[name] for name in names if name in own} or binaries(names)


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        module(sys.argv[1], Path(scratch))
        make(sys.argv[1], built(sys.argv[1], Path(scratch)), Path(sys.argv[2]))
