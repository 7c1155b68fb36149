"""OCI image archives of one uncompressed layer, for `ctr images import`; the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from twinstack.toolchain.archive import Entry, directory, write_tar
from twinstack.toolchain.keys import architecture

MEDIA = "application/vnd.oci.image"
PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SKELETON = (directory("dev"), directory("etc"), directory("proc"), directory("sys"), directory("tmp", 0o1777))


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a container of the image runs when nothing else is said."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = ""
    version: str = ""


def write_image(target: Path, reference: str, runtime: Runtime, entries: Iterable[Entry]) -> None:
    """Write an image archive to `target` under the full name `reference`."""
    with tempfile.TemporaryFile(dir=target.parent) as layer:
        write_tar(layer, [*SKELETON, *entries])
        layer.seek(0)
        layer_digest = hashlib.file_digest(layer, "sha256").hexdigest()
        size = layer.tell()
        config = _json(_config(runtime, layer_digest))
        manifest = _json(_manifest(config, layer_digest, size))
        index = _json(_index(manifest, reference))
        layer.seek(0)
        _write_layout(target, index, (manifest, config), (layer_digest, layer))


def _write_layout(target: Path, index: bytes, blobs: tuple[bytes, ...], layer: tuple[str, IO[bytes]]) -> None:
    parts = [
        Entry("oci-layout", _json({"imageLayoutVersion": "1.0.0"})),
        Entry("index.json", index),
        *(Entry(f"blobs/sha256/{_digest(blob)}", blob) for blob in blobs),
    ]
    with target.open("wb") as opened:
        write_tar(opened, parts)
    name, content = layer
    with tarfile.open(target, "a", format=tarfile.GNU_FORMAT) as archive:
        info = tarfile.TarInfo(f"blobs/sha256/{name}")
        info.size = content.seek(0, 2)
        content.seek(0)
        archive.addfile(info, content)


def _config(runtime: Runtime, layer_digest: str) -> dict[str, Any]:
    settings = {
        "Env": [f"PATH={PATH}"],
        "Entrypoint": list(runtime.entrypoint),
        "Cmd": list(runtime.command),
        "User": runtime.user,
        "Labels": {"org.opencontainers.image.version": runtime.version},
    }
    return {
        "architecture": architecture(),
        "os": "linux",
        "config": {name: setting for name, setting in settings.items() if setting},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer_digest}"]},
    }


def _manifest(config: bytes, layer_digest: str, size: int) -> dict[str, Any]:
    layer = {"mediaType": f"{MEDIA}.layer.v1.tar", "digest": f"sha256:{layer_digest}", "size": size}
    return {
        "schemaVersion": 2,
        "mediaType": f"{MEDIA}.manifest.v1+json",
        "config": _descriptor(f"{MEDIA}.config.v1+json", config),
        "layers": [layer],
    }


def _index(manifest: bytes, reference: str) -> dict[str, Any]:
    named = _descriptor(f"{MEDIA}.manifest.v1+json", manifest)
    return {"schemaVersion": 2, "manifests": [named | {"annotations": {"io.containerd.image.name": reference}}]}


def _descriptor(media: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": media, "digest": f"sha256:{_digest(blob)}", "size": len(blob)}


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True).encode()


def _digest(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()
