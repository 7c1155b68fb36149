"""Debian packages of the Kubernetes binaries, named and laid out as upstream's, in a local apt repository."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from twinstack.toolchain.archive import Entry, directory, program, write_tar
from twinstack.toolchain.cache import cache_root, digest, publish
from twinstack.toolchain.keys import architecture, key
from twinstack.toolchain.model import Progress, silent
from twinstack.toolchain.supply import binaries
from twinstack.toolchain.table import KUBERNETES, tool_named

REVISION = "1.1"
VERSION = f"{KUBERNETES}-{REVISION}"
# Raise it when the layout of the packages changes in code that the key does not see.
LAYOUT = "1"

KUBELET_UNIT = """\
[Unit]
Description=kubelet: the Kubernetes agent of this host
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target
# Until kubeadm has told it what to be it ends at once; it is to be there when that happens.
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
"""
KUBEADM_DROP_IN = """\
# What kubeadm tells the kubelet: first the credentials and settings, then the flags it finds out at init or join,
# then the administrator's own, which win.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
"""
KUBELET_DEFAULTS = "KUBELET_EXTRA_ARGS=\n"
UNITS = "usr/lib/systemd/system"


@dataclass(frozen=True, slots=True)
class DebianPackage:
    """A Debian package of one pinned binary.

    Attributes:
        name: of the package and of the binary.
        summary: one line for people.
        depends: packages that must be there.
        recommends: packages that it is better with; not having them stops nobody.
        files: path in the package -> text.
        folders: empty directories that belong to it.
    """

    name: str
    summary: str
    depends: tuple[str, ...] = ()
    recommends: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def conffiles(self) -> tuple[str, ...]:
        """What the administrator may edit and an upgrade must keep."""
        return tuple(f"/{path}" for path, _ in self.files if path.startswith("etc/"))


PACKAGES = (
    DebianPackage(
        "kubelet",
        "Kubernetes agent of a host",
        depends=("iproute2", "mount", "util-linux"),
        recommends=("conntrack", "containernetworking-plugins", "ethtool", "iptables"),
        files=((f"{UNITS}/kubelet.service", KUBELET_UNIT), ("etc/default/kubelet", KUBELET_DEFAULTS)),
        folders=("etc/kubernetes/manifests", "var/lib/kubelet"),
    ),
    DebianPackage(
        "kubeadm",
        "Kubernetes cluster bootstrap",
        recommends=("kubectl", "kubelet"),
        files=((f"{UNITS}/kubelet.service.d/10-kubeadm.conf", KUBEADM_DROP_IN),),
    ),
    DebianPackage("kubectl", "Kubernetes command line"),
)


def apt_repository(progress: Progress = silent) -> Path:
    """Make the packages and their index; return the directory.

    On a host that has it at DIR: `deb [trusted=yes] file:DIR ./`.
    """
    names = [package.name for package in PACKAGES]
    keys = [key(tool_named(name)) for name in names]
    folder = cache_root() / "apt" / digest(LAYOUT, VERSION, architecture(), repr(PACKAGES), *keys)
    made = publish(folder, partial(_make, names, progress), progress)
    progress(f"packages: {', '.join(names)} {VERSION} {'made' if made else 'cached'} in {folder}")
    return folder


def _make(names: Iterable[str], progress: Progress, scratch: Path) -> None:
    built = binaries(names, progress)
    index = [write_package(scratch, package, built[package.name]) for package in PACKAGES]
    text = "\n".join(index)
    (scratch / "Packages").write_text(text)
    (scratch / "Release").write_text(release(text))


def release(index: str) -> str:
    """Return the file that tells apt which index there is; without it apt tries, and laments, every compression."""
    raw = index.encode()
    listed = f"\n {hashlib.sha256(raw).hexdigest()} {len(raw)} Packages"
    return _stanza({"Origin": "twinstack", "Date": "Thu, 01 Jan 1970 00:00:00 UTC", "SHA256": listed})


def write_package(folder: Path, package: DebianPackage, binary: Path, version: str = VERSION) -> str:
    """Write a package into `folder` and return its stanza of the repository's index."""
    target = folder / f"{package.name}_{version}_{architecture()}.deb"
    fields = control_fields(package, binary.stat().st_size, version)
    with TemporaryFile(dir=folder) as data, target.open("wb") as opened:
        write_tar(data, _contents(package, binary), root="./")
        _write_ar(
            opened, {"debian-binary": io.BytesIO(b"2.0\n"), "control.tar": _control(package, fields), "data.tar": data}
        )
    with target.open("rb") as opened:
        checksum = hashlib.file_digest(opened, "sha256").hexdigest()
    where = {"Filename": f"./{target.name}", "Size": str(target.stat().st_size), "SHA256": checksum}
    return _stanza(fields | where)


def control_fields(package: DebianPackage, size: int, version: str = VERSION) -> dict[str, str]:
    """Return the control fields of a package whose binary has `size` bytes."""
    fields = {
        "Package": package.name,
        "Version": version,
        "Architecture": architecture(),
        "Maintainer": "twinstack <twinstack@localhost>",
        "Installed-Size": str(-(-size // 1024)),
        "Depends": ", ".join(package.depends),
        "Recommends": ", ".join(package.recommends),
        "Section": "admin",
        "Priority": "optional",
        "Homepage": "https://kubernetes.io",
        "Description": f"{package.summary}\n Built from the pinned source by twinstack.",
    }
    return {name: text for name, text in fields.items() if text}


def _stanza(fields: Mapping[str, str]) -> str:
    return "".join(f"{name}: {text}\n" for name, text in fields.items())


def _contents(package: DebianPackage, binary: Path) -> list[Entry]:
    files = [Entry(path, text.encode()) for path, text in package.files]
    folders = [directory(path) for path in package.folders]
    return [program(f"usr/bin/{package.name}", binary), *files, *folders]


def _control(package: DebianPackage, fields: Mapping[str, str]) -> IO[bytes]:
    files = [Entry("control", _stanza(fields).encode())]
    if package.conffiles:
        files.append(Entry("conffiles", "".join(f"{path}\n" for path in package.conffiles).encode()))
    archive = io.BytesIO()
    write_tar(archive, files, root="./")
    return archive


def _write_ar(target: IO[bytes], members: Mapping[str, IO[bytes]]) -> None:
    """Write the outer archive of a package: members in this order, no clock, padded to even lengths."""
    target.write(b"!<arch>\n")
    for name, content in members.items():
        size = content.seek(0, io.SEEK_END)
        content.seek(0)
        target.write(f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{size:<10}`\n".encode())
        while block := content.read(1 << 20):
            target.write(block)
        target.write(b"\n" * (size % 2))
