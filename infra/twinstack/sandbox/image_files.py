"""Files of our own in the image, and what is taken out of it."""

from __future__ import annotations

import shutil
from pathlib import Path

from twinstack.sandbox.command import run
from twinstack.sandbox.packages import ENABLED, MASKED

REPOSITORY = "/opt/twinstack/apt"
IMAGES = "/opt/twinstack/images"
WRITABLE_CGROUPS = "writable-cgroups.service"
PRESET = "/etc/systemd/system-preset/00-sandbox.preset"
PRESETS = "".join(f"enable {unit}\n" for unit in (*ENABLED, WRITABLE_CGROUPS)) + "disable *\n"

FILES = {
    "/etc/apt/sources.list": f"deb [trusted=yes] file:{REPOSITORY} ./\n",
    "/etc/apt/apt.conf.d/90sandbox": 'APT::Install-Recommends "false";\nDPkg::Options {"--force-unsafe-io";};\n',
    # Nobody logs in but the operator, by key.
    "/etc/ssh/sshd_config.d/sandbox.conf": (
        "UseDNS no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
        "HostKey /etc/ssh/ssh_host_ed25519_key\nMaxStartups 100:30:300\nMaxSessions 100\n"
    ),
    "/etc/systemd/system.conf.d/sandbox.conf": "[Manager]\nDefaultTimeoutStopSec=5s\n",
    # The machine's disk is spared, and its kernel's messages are its own.
    "/etc/systemd/journald.conf.d/sandbox.conf": "[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\nReadKMsg=no\n",
    # Its text is each host's own; here so that it is wanted.
    f"/etc/systemd/system/{WRITABLE_CGROUPS}": "[Service]\nType=oneshot\nExecStart=true\n"
    "[Install]\nWantedBy=sysinit.target\n",
}

# Identities and settings that an installation made up: each host gets its own, or a role's.
REMOVED = (
    "etc/ssh/ssh_host_*",
    "etc/munge/munge.key",
    "etc/hostname",
    "etc/machine-id",
    "etc/resolv.conf",
    "etc/hosts",
    "etc/ganesha/ganesha.conf",
    "etc/apt/sources.list.d/*",
    "etc/sysctl.conf",
    "etc/sysctl.d/*",
    "usr/lib/sysctl.d/*",
    "var/lib/apt/lists/*",
    "var/cache/apt/*.bin",
    "var/log/*.log",
    "var/log/apt/*",
    "etc/rc?.d/*",
)
DIRECTORIES = ("etc/systemd", "opt/twinstack/apt", "opt/twinstack/images", "var/lib/containerd", "var/lib/kubelet")


def finish(rootfs: Path) -> None:
    """Turn a fresh installation into an image: nothing configured, nothing enabled but SSH."""
    for pattern in REMOVED:
        for path in rootfs.glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for directory in DIRECTORIES:
        (rootfs / directory).mkdir(parents=True, exist_ok=True)
    for name in ("etc/machine-id", "etc/hosts"):
        (rootfs / name).touch()
    for dest, text in FILES.items():
        write(rootfs, dest, text)
    _apply_presets(rootfs)
    (rootfs / "etc/systemd/system/default.target").symlink_to("/usr/lib/systemd/system/multi-user.target")


def _apply_presets(rootfs: Path) -> None:
    """Disable all but the enabled; the presets do not stay, or what roles install later would not start as on metal."""
    write(rootfs, PRESET, PRESETS)
    run("systemctl", f"--root={rootfs}", "preset-all")
    run("systemctl", f"--root={rootfs}", "mask", *MASKED)
    (rootfs / PRESET.lstrip("/")).unlink()


def write(rootfs: Path, path: str, text: str) -> None:
    """Write one file of the image."""
    target = rootfs / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    target.chmod(0o644)
