from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.sandbox import supplies
from twinstack.toolchain.model import silent


@pytest.fixture
def more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "more"
    (folder / "images").mkdir(parents=True)
    (folder / "kubelet_1.34.4-1.1_amd64.deb").touch()
    (folder / "images" / "kube-proxy_v1.34.4.tar").write_text("older")
    return folder


def test_another_versions_packages_and_images_are_beside_the_toolchains(more: Path, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    (images / "kube-proxy_v1.35.4.tar").write_text("pinned")
    found = supplies.with_more((Path("kubelet_1.35.4-1.1_amd64.deb"),), images, more, silent)
    assert [path.name for path in found.packages] == ["kubelet_1.35.4-1.1_amd64.deb", "kubelet_1.34.4-1.1_amd64.deb"]
    assert found.images is not None
    assert {path.name: path.read_text() for path in found.images.iterdir()} == {
        "kube-proxy_v1.34.4.tar": "older",
        "kube-proxy_v1.35.4.tar": "pinned",
    }
    assert supplies.with_more((), images, more, silent).images == found.images
