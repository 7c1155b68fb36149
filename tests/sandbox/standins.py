"""Run on a host: stand-ins for what a sandbox's machine lacks, as packages and files of the same names.

Lustre's client and kernel module, an installed and active GPFS client, NVIDIA's driver, and a release of Spack. They do
what the roles ask of the real ones and nothing else.
"""

import subprocess
import sys
from base64 import b64decode
from pathlib import Path

APT = Path("/opt/twinstack/apt")
LNET = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=test -s /etc/lnet.conf\n"
PACKAGES = {
    "lustre-client-modules-dkms": {},
    "lustre-client-utils": {
        "/usr/lib/systemd/system/lnet.service": (f"{LNET}[Install]\nWantedBy=multi-user.target\n", 0o644),
        "/usr/sbin/mount.lustre": ('#!/bin/sh\nexec mount -i -t tmpfs "$1" "$2"\n', 0o755),
    },
}
VERSION = "2.15.6-1"
STATE = "mmgetstate::HEADER:version:reserved:reserved:nodeName:state:\\nmmgetstate::0:1:::n1:active:\\n"
SMI = """
mode=/run/nvidia-persistence-mode
case "$1" in
--query-gpu=name) for gpu in 0 1; do echo "NVIDIA H100 80GB HBM3"; done ;;
--query-gpu=persistence_mode) for gpu in 0 1; do cat $mode 2>/dev/null || echo Disabled; done ;;
--persistence-mode=0) echo Disabled >$mode ;;
--persistence-mode=1) echo Enabled >$mode ;;
*) echo "unknown: $1" >&2; exit 2 ;;
esac
"""
DEVICES = {"nvidia0": 0, "nvidia1": 1, "nvidiactl": 255, "nvidia-uvm": 254}


def put(path: Path, text: str, mode: int = 0o755) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def run(*argv: str) -> str:
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout


def package(name: str, files: "dict[str, tuple[str, int]]") -> str:
    """Build a package into the host's repository; its stanza of the index."""
    tree, control = Path("/root/standin") / name, f"Package: {name}\nVersion: {VERSION}\nArchitecture: all\n"
    control += "Maintainer: nobody <nobody@example.org>\nDescription: stand-in\n"
    put(tree / "DEBIAN" / "control", control, 0o644)
    for path, (text, mode) in files.items():
        put(tree / path.lstrip("/"), text, mode)
    run("dpkg-deb", "--build", "--root-owner-group", str(tree), str(APT / f"{name}.deb"))
    size = (APT / f"{name}.deb").stat().st_size
    checksum = run("sha256sum", str(APT / f"{name}.deb")).split()[0]
    return f"{control}Filename: ./{name}.deb\nSize: {size}\nSHA256: {checksum}\n"


def lustre() -> None:
    stanzas = [package(name, files) for name, files in PACKAGES.items()]
    index = APT / "Packages"
    index.write_text("\n".join((index.read_text(), *stanzas)))
    known = Path("/root/standin/filesystems")
    known.write_text(Path("/proc/filesystems").read_text() + "nodev\tlustre\n")
    run("mount", "--bind", str(known), "/proc/filesystems")


def gpfs() -> None:
    put(Path("/usr/lpp/mmfs/bin/mmgetstate"), f"#!/bin/sh\nprintf '{STATE}'\n")


def gpus() -> None:
    put(Path("/usr/bin/nvidia-smi"), f"#!/bin/sh\n{SMI}\n")
    for name, minor in DEVICES.items():
        run("mknod", "-m", "666", f"/dev/{name}", "c", "195", str(minor))


def spack(archive: str) -> None:
    path = Path("/opt/sources/spack-1.0.2.tar.gz")
    path.parent.mkdir(parents=True)
    path.write_bytes(b64decode(archive))


if __name__ == "__main__":
    lustre()
    gpfs()
    gpus()
    spack(sys.argv[1])
