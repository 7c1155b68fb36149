from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.modules import containerd_images
from playbooks.plugins.modules.containerd_images import Failed, Image

LISTED = """\
REF TYPE DIGEST SIZE PLATFORMS LABELS
registry.k8s.io/etcd:3.6.6-0 application/vnd.oci.image.manifest.v1+json sha256:aa 25.3 MiB linux/amd64 -
"""


def archive(path: Path, **members: Any) -> Path:
    with tarfile.open(path, "w") as opened:
        for name, content in members.items():
            text = json.dumps(content).encode()
            entry = tarfile.TarInfo(name.replace("_", "."))
            entry.size = len(text)
            opened.addfile(entry, io.BytesIO(text))
    return path


def index(reference: str, digest: str = "sha256:aa") -> dict[str, Any]:
    return {"manifests": [{"digest": digest, "annotations": {"io.containerd.image.name": reference}}]}


def image(reference: str, digest: str = "sha256:aa") -> Image:
    return Image(reference, digest, Path("x.tar"))


def test_an_oci_archive_tells_names_and_digests(tmp_path: Path) -> None:
    path = archive(tmp_path / "etcd.tar", index_json=index("registry.k8s.io/etcd:3.6.6-0"))
    assert containerd_images.images_in(path) == [Image("registry.k8s.io/etcd:3.6.6-0", "sha256:aa", path)]


def test_a_docker_archive_tells_names(tmp_path: Path) -> None:
    path = archive(tmp_path / "app.tar", manifest_json=[{"RepoTags": ["example.org/app:1"]}])
    assert containerd_images.images_in(path) == [Image("example.org/app:1", "", path)]


def test_dockers_newer_archives_have_both_and_the_names_are_in_the_second(tmp_path: Path) -> None:
    unnamed = {"manifests": [{"digest": "sha256:bb"}]}
    path = archive(tmp_path / "app.tar", index_json=unnamed, manifest_json=[{"RepoTags": ["example.org/app:1"]}])
    assert [found.reference for found in containerd_images.images_in(path)] == ["example.org/app:1"]


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"there is no directory .*/nowhere .*artifacts\.images"):
        containerd_images.available(tmp_path / "nowhere")


def test_an_archive_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "broken.tar").write_text("half a download")
    with pytest.raises(Failed, match="an archive cannot be read"):
        containerd_images.available(tmp_path)


def test_only_and_skip_choose() -> None:
    images = [image("registry.k8s.io/etcd:3"), image("registry.k8s.io/pause:3"), image("example.org:5000/app:1")]
    needed = containerd_images.needed
    assert needed(images, ["registry.k8s.io/pause:3"], []) == images[1:2]
    assert needed(images, [], ["registry.k8s.io/etcd"]) == images[1:]
    assert needed(images, [], ["example.org:5000/app"]) == images[:2]


def test_an_image_that_is_wanted_and_in_no_archive_is_named() -> None:
    with pytest.raises(Failed, match=r"no archive has registry.k8s.io/etcd:4; there are registry.k8s.io/etcd:3"):
        containerd_images.needed([image("registry.k8s.io/etcd:3")], ["registry.k8s.io/etcd:4"], [])


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (image("registry.k8s.io/etcd:3.6.6-0"), False),
        (image("registry.k8s.io/etcd:3.6.6-0", "sha256:bb"), True),
        (image("registry.k8s.io/etcd:3.6.6-0", ""), False),
        (image("registry.k8s.io/pause:3.10.1"), True),
        (image("registry.k8s.io/pause:3.10.1", ""), True),
    ],
)
def test_missing_is_what_is_not_there_or_there_with_other_content(found: Image, missing: bool) -> None:  # noqa: FBT001
    there = containerd_images.present(LISTED)
    assert containerd_images.absent([found], there) == ([found] if missing else [])


def test_a_failure_of_containerds_client_is_told() -> None:
    with pytest.raises(Failed, match="`ctr images ls` failed: connection refused"):
        containerd_images.ctr(lambda _argv: (1, "", "connection refused\n"), "k8s.io", "ls")
