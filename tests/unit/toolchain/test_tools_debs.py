from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from twinstack.toolchain import debs
from twinstack.toolchain.debs import PACKAGES, VERSION, apt_repository, control_fields, release, write_package
from twinstack.toolchain.model import Progress

DPKG = shutil.which("dpkg-deb")
KUBELET, KUBEADM, KUBECTL = PACKAGES
needs_dpkg = pytest.mark.skipif(DPKG is None, reason="dpkg-deb is not here")


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    path = tmp_path / "binary"
    path.write_bytes(b"x" * 3001)
    return path


@pytest.fixture
def repository(binary: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def binaries(names: Iterable[str], _progress: Progress) -> dict[str, Path]:
        return dict.fromkeys(names, binary)

    monkeypatch.setattr(debs, "binaries", binaries)
    return apt_repository()


def dpkg(*arguments: str | Path) -> str:
    assert DPKG
    command = [DPKG, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}).stdout


def stanzas(repository: Path) -> list[dict[str, str]]:
    texts = (repository / "Packages").read_text().split("\n\n")
    return [dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" ")) for text in texts]


def test_names_and_versions_are_upstreams(repository: Path) -> None:
    assert VERSION == "1.35.4-1.1"
    assert [(one["Package"], one["Version"]) for one in stanzas(repository)] == [
        ("kubelet", VERSION),
        ("kubeadm", VERSION),
        ("kubectl", VERSION),
    ]


def test_nothing_is_needed_that_debian_lacks() -> None:
    fields = control_fields(KUBELET, 5000)
    assert fields["Depends"] == "iproute2, mount, util-linux"
    assert not {"kubernetes-cni", "cri-tools"} & set(fields["Recommends"].split(", "))
    assert "Depends" not in control_fields(KUBECTL, 1)
    assert fields["Installed-Size"] == "5"


def test_the_index_tells_size_and_checksum(repository: Path) -> None:
    for stanza in stanzas(repository):
        raw = (repository / stanza["Filename"]).read_bytes()
        assert int(stanza["Size"]) == len(raw)
        assert stanza["SHA256"] == hashlib.sha256(raw).hexdigest()


def test_the_release_file_names_the_index(repository: Path) -> None:
    raw = (repository / "Packages").read_bytes()
    text = (repository / "Release").read_text()
    assert text == release(raw.decode())
    assert f"\n {hashlib.sha256(raw).hexdigest()} {len(raw)} Packages\n" in text


def test_the_same_binary_gives_the_same_package(binary: Path, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        write_package(folder, KUBELET, binary)
    (first,), (second,) = (list(folder.iterdir()) for folder in folders)
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


@needs_dpkg
def test_dpkg_reads_the_fields(repository: Path) -> None:
    (path,) = repository.glob("kubelet_*.deb")
    assert dpkg("--field", path, "Version") == f"{VERSION}\n"
    assert dpkg("--field", path, "Recommends").startswith("conntrack, containernetworking-plugins")


@needs_dpkg
def test_dpkg_unpacks_the_files(repository: Path, binary: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    for path in repository.glob("*.deb"):
        dpkg("--extract", path, root)
    assert (root / "usr/bin/kubelet").read_bytes() == binary.read_bytes()
    assert (root / "usr/bin/kubeadm").stat().st_mode & 0o777 == 0o755
    unit = (root / "usr/lib/systemd/system/kubelet.service").read_text()
    drop_in = (root / "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf").read_text()
    assert "\nExecStart=/usr/bin/kubelet\n" in unit
    assert "\nExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS " in drop_in
    assert "\nEnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\n" in drop_in
    assert (root / "etc/kubernetes/manifests").is_dir()


@needs_dpkg
def test_what_an_administrator_may_edit_is_kept(repository: Path) -> None:
    (path,) = repository.glob("kubelet_*.deb")
    assert dpkg("--info", path, "conffiles") == "/etc/default/kubelet\n"


def test_a_second_call_makes_nothing(repository: Path) -> None:
    lines: list[str] = []
    assert apt_repository(lines.append) == repository
    assert lines == [f"packages: kubelet, kubeadm, kubectl {VERSION} cached in {repository}"]
