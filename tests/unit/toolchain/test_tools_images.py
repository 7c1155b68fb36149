from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from twinstack.toolchain import images
from twinstack.toolchain.images import IMAGES, image_archives
from twinstack.toolchain.model import Progress, ToolchainError

NAMES = {
    "kube-apiserver_v1.35.4.tar": "registry.k8s.io/kube-apiserver:v1.35.4",
    "kube-controller-manager_v1.35.4.tar": "registry.k8s.io/kube-controller-manager:v1.35.4",
    "kube-scheduler_v1.35.4.tar": "registry.k8s.io/kube-scheduler:v1.35.4",
    "kube-proxy_v1.35.4.tar": "registry.k8s.io/kube-proxy:v1.35.4",
    "etcd_3.6.6-0.tar": "registry.k8s.io/etcd:3.6.6-0",
    "coredns_v1.13.1.tar": "registry.k8s.io/coredns/coredns:v1.13.1",
    "pause_3.10.1.tar": "registry.k8s.io/pause:3.10.1",
    "kueue_v0.19.2.tar": "registry.k8s.io/kueue/kueue:v0.19.2",
    "kwok_v0.7.0.tar": "registry.k8s.io/kwok/kwok:v0.7.0",
    "busybox_1.36.tar": "docker.io/library/busybox:1.36",
}


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Give tiny files for binaries and return the list of what was asked for."""
    asked: list[list[str]] = []

    def binaries(names: Iterable[str], _progress: Progress) -> dict[str, Path]:
        asked.append(list(names))
        made = {name: tmp_path / name for name in asked[-1]}
        for name, path in made.items():
            path.write_text(f"binary of {name}")
        return made

    monkeypatch.setattr(images, "binaries", binaries)
    return asked


@pytest.fixture
def rootfs(tmp_path: Path) -> Path:
    root = tmp_path / "rootfs"
    for name in ("usr/sbin/nft", "bin/busybox"):
        path = root / name
        path.parent.mkdir(parents=True)
        path.write_text(f"binary of {name}")
    return root


def opened(path: Path) -> tuple[dict[str, Any], dict[str, tarfile.TarInfo]]:
    """Return an image's settings and the members of its layer."""
    with tarfile.open(path) as archive:
        texts = {member.name.rpartition("/")[2]: archive.extractfile(member) for member in archive if member.isfile()}
        manifest = json.load(texts[_digest(json.load(texts["index.json"])["manifests"][0])])  # type: ignore[arg-type]
        config = json.load(texts[_digest(manifest["config"])])  # type: ignore[arg-type]
        with tarfile.open(fileobj=texts[_digest(manifest["layers"][0])]) as layer:
            return config["config"], {member.name: member for member in layer}


def _digest(descriptor: dict[str, str]) -> str:
    return descriptor["digest"].removeprefix("sha256:")


def test_names_and_tags_are_those_that_manifests_ask_for() -> None:
    assert {image.archive: image.reference for image in IMAGES} == NAMES


@pytest.mark.usefixtures("asked")
def test_every_archive_is_made(rootfs: Path) -> None:
    assert {path.name for path in image_archives(rootfs).iterdir()} == set(NAMES)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("archive", "entrypoint", "user", "inside"),
    [
        ("kueue_v0.19.2.tar", ["/manager"], "65532:65532", "manager"),
        ("kwok_v0.7.0.tar", ["/usr/local/bin/kwok"], None, "usr/local/bin/kwok"),
        ("coredns_v1.13.1.tar", ["/coredns"], None, "coredns"),
        ("pause_3.10.1.tar", ["/pause"], None, "pause"),
        ("kube-apiserver_v1.35.4.tar", None, None, "usr/local/bin/kube-apiserver"),
        ("kube-proxy_v1.35.4.tar", None, None, "usr/sbin/nft"),
        ("etcd_3.6.6-0.tar", None, None, "usr/local/bin/etcd"),
    ],
)
def test_what_is_inside(rootfs: Path, archive: str, entrypoint: list[str], user: str | None, inside: str) -> None:
    settings, members = opened(image_archives(rootfs) / archive)
    assert settings.get("Entrypoint") == entrypoint
    assert settings.get("User") == user
    assert members[inside].mode == 0o755


@pytest.mark.usefixtures("asked")
def test_the_etcd_image_tells_the_version_that_is_inside(rootfs: Path) -> None:
    settings, _ = opened(image_archives(rootfs) / "etcd_3.6.6-0.tar")
    assert settings["Labels"] == {"org.opencontainers.image.version": "3.6.8"}


@pytest.mark.usefixtures("asked")
def test_busybox_has_its_applets(rootfs: Path) -> None:
    settings, members = opened(image_archives(rootfs) / "busybox_1.36.tar")
    assert settings["Cmd"] == ["sh"]
    assert {members[f"bin/{name}"].linkname for name in ("sh", "sleep", "wget", "taskset")} == {"busybox"}


def test_a_second_call_makes_nothing(rootfs: Path, asked: list[list[str]]) -> None:
    lines: list[str] = []
    first = image_archives(rootfs, lines.append)
    assert image_archives(rootfs, lines.append) == first
    assert len(asked) == 1
    assert [line.split(" in ")[0] for line in lines] == ["images: 10 archives made", "images: 10 archives cached"]


@pytest.mark.usefixtures("asked")
def test_another_nft_makes_other_images(rootfs: Path) -> None:
    first = image_archives(rootfs)
    (rootfs / "usr/sbin/nft").write_text("newer")
    assert image_archives(rootfs) != first


def test_a_root_without_nft_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="has no file /usr/sbin/nft"):
        image_archives(tmp_path)
