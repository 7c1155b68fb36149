from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from twinstack.toolchain.archive import program
from twinstack.toolchain.oci import Runtime, write_image

RUNTIME = Runtime(entrypoint=("/manager",), user="65532:65532", version="0.19.2")


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    path = tmp_path / "binary"
    path.write_bytes(b"\x00" * 5000)
    return path


@pytest.fixture
def image(tmp_path: Path, binary: Path) -> Path:
    path = tmp_path / "image.tar"
    write_image(path, "registry.example/x/y:v1", RUNTIME, [program("manager", binary)])
    return path


def blobs(image: Path) -> dict[str, bytes]:
    with tarfile.open(image) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}  # type: ignore[union-attr]


def follow(seen: dict[str, bytes], descriptor: dict[str, Any]) -> bytes:
    blob = seen["blobs/" + descriptor["digest"].replace(":", "/")]
    assert len(blob) == descriptor["size"]
    assert hashlib.sha256(blob).hexdigest() == descriptor["digest"].removeprefix("sha256:")
    return blob


def test_every_descriptor_leads_to_its_blob(image: Path) -> None:
    seen = blobs(image)
    assert json.loads(seen["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    (named,) = json.loads(seen["index.json"])["manifests"]
    assert named["annotations"]["io.containerd.image.name"] == "registry.example/x/y:v1"
    manifest = json.loads(follow(seen, named))
    config = json.loads(follow(seen, manifest["config"]))
    layer = follow(seen, manifest["layers"][0])
    assert config["rootfs"]["diff_ids"] == [manifest["layers"][0]["digest"]]
    with tarfile.open(fileobj=io.BytesIO(layer)) as content:
        assert {"manager", "tmp", "etc", "proc"} <= set(content.getnames())
        assert content.getmember("manager").mode == 0o755


def test_what_the_container_runs(image: Path) -> None:
    seen = blobs(image)
    (named,) = json.loads(seen["index.json"])["manifests"]
    config = json.loads(follow(seen, json.loads(follow(seen, named))["config"]))
    assert config["config"]["Entrypoint"] == ["/manager"]
    assert config["config"]["User"] == "65532:65532"
    assert config["config"]["Labels"] == {"org.opencontainers.image.version": "0.19.2"}
    assert "Cmd" not in config["config"]


def test_the_same_input_gives_the_same_bytes(image: Path, binary: Path, tmp_path: Path) -> None:
    os.utime(binary, (1, 1))
    again = tmp_path / "again.tar"
    write_image(again, "registry.example/x/y:v1", RUNTIME, [program("manager", binary)])
    assert again.read_bytes() == image.read_bytes()


def test_nothing_but_the_archive_is_left(image: Path, binary: Path) -> None:
    left = {path for path in image.parent.iterdir() if path.is_file()}
    assert left == {image, binary}
