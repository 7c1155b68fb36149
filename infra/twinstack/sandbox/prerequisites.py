"""What racking needs of the machine: all of it checked at once, each lack with the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from twinstack.sandbox.cgroups import discover
from twinstack.sandbox.command import CommandError, SandboxError, run, succeeds
from twinstack.toolchain.model import Progress, silent

# Program to the Debian and Ubuntu package that has it.
PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "systemctl": "systemd",
    "ip": "iproute2",
    "sysctl": "procps",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "mount": "mount",
    "dpkg-deb": "dpkg",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
GIB = 1 << 30
DISK_NEEDED, MEMORY_NEEDED, CPUS_NEEDED = 8 * GIB, 5 * GIB, 2
# Overlays cannot have their upper part on these.
NO_UPPER = frozenset({"overlay", "nfs", "nfs4", "9p", "fuse", "vfat", "ramfs"})


@dataclass(frozen=True, slots=True)
class Lack:
    """Something missing, and the command or act that mends it."""

    what: str
    mend: str


class LackingError(SandboxError):
    """The machine lacks something; the text lists all of it."""

    def __init__(self, lacks: tuple[Lack, ...]) -> None:
        self.lacks = lacks
        super().__init__("this machine cannot rack hosts yet:\n" + "\n".join(_lines(lacks)))


def require(home: Path) -> None:
    """Raise `LackingError` unless the machine has everything."""
    if lacks := check(home):
        raise LackingError(lacks)


def check(home: Path) -> tuple[Lack, ...]:
    """Everything that racking under `home` lacks on this machine."""
    if platform.system() != "Linux":
        return (Lack("this is not Linux", "run it on a Debian 12 or Ubuntu machine, or in a virtual one"),)
    checks: tuple[Callable[[], Iterable[Lack]], ...] = (
        _root,
        _programs,
        lambda: _disk(home),
        _size,
        _control_groups,
        _kernel,
    )
    return tuple(lack for one in checks for lack in one())


def missing_packages() -> tuple[str, ...]:
    """Packages of Debian and Ubuntu that are to be installed before hosts can be racked."""
    programs = (package for program, package in PROGRAMS.items() if not _which(program))
    keyring = () if KEYRING.exists() else ("debian-archive-keyring",)
    return tuple(sorted({*programs, *keyring}))


def install(packages: Iterable[str], progress: Progress = silent) -> None:
    """Install packages of the machine's distribution; needs root and apt.

    Raises:
        SandboxError: they could not be installed.
    """
    names = tuple(packages)
    if not names:
        return
    progress(f"installing {', '.join(names)}")
    succeeds("apt-get", "update", "-q", timeout=300)  # one bad source of many need not matter: installing will tell
    try:
        run("env", "DEBIAN_FRONTEND=noninteractive", *_install_line(names), timeout=600)
    except CommandError as failed:
        raise SandboxError(f"packages could not be installed: {failed}") from failed


def _install_line(names: Iterable[str]) -> tuple[str, ...]:
    return ("apt-get", "install", "-y", "--no-install-recommends", *names)


def _lines(lacks: tuple[Lack, ...]) -> tuple[str, ...]:
    return tuple(f"  - {lack.what}\n      {lack.mend}" for lack in lacks)


def _which(program: str) -> str | None:
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    return shutil.which(program, path=path)


def _root() -> Iterable[Lack]:
    if os.geteuid() != 0:
        yield Lack("root is needed for namespaces and mounts", "run it again as root (sudo -E ...)")
    elif not succeeds("unshare", "--mount", "--net", "true"):
        yield Lack(
            "this root may not make namespaces",
            "run it on a machine or virtual machine, or in a container started with --privileged",
        )


def _programs() -> Iterable[Lack]:
    if packages := missing_packages():
        apt = _which("apt-get")
        line = " ".join(_install_line(packages))
        programs = ", ".join(program for program, package in PROGRAMS.items() if package in packages)
        mend = f"apt-get update && {line}" if apt else f"install what your distribution calls: {' '.join(packages)}"
        yield Lack(f"missing programs: {programs or 'the keys of the Debian archive'}", mend)


def _disk(home: Path) -> Iterable[Lack]:
    if set(str(home)) & set(":,"):
        yield Lack(f"{home} has a colon or comma in its name", "name another directory: export TWINSTACK_HOME=/path")
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < DISK_NEEDED:
        yield Lack(
            f"{home} has {free / GIB:.1f} GiB free, {DISK_NEEDED // GIB} are needed",
            "free some, or name a directory on a larger disk: export TWINSTACK_HOME=/path",
        )
    kind = filesystem_of(there.resolve(), Path("/proc/self/mounts").read_text())
    if kind in NO_UPPER:
        yield Lack(
            f"{home} is on {kind}, which cannot carry the hosts' disks",
            "name a directory on ext4, xfs or btrfs: export TWINSTACK_HOME=/path",
        )


def filesystem_of(path: Path, mounts: str) -> str:
    """The type of the file system that holds `path`, from the text of /proc/mounts."""
    entries = (line.split() for line in mounts.splitlines())
    holding = [(len(entry[1]), index, entry[2]) for index, entry in enumerate(entries) if path.is_relative_to(entry[1])]
    return max(holding)[2] if holding else ""


def _size() -> Iterable[Lack]:
    cpus, memory = os.cpu_count() or 1, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if cpus < CPUS_NEEDED:
        yield Lack("one CPU cannot be split between two stacks", f"use a machine with {CPUS_NEEDED} or more")
    if memory < MEMORY_NEEDED:
        yield Lack(f"{memory / GIB:.1f} GiB of memory", f"use a machine with {MEMORY_NEEDED // GIB} GiB or more")


def _control_groups() -> Iterable[Lack]:
    roots = discover().roots
    if not roots:
        yield Lack("control groups are not mounted", "mount -t cgroup2 cgroup2 /sys/fs/cgroup")
    elif "systemd" not in {root.name for root in roots} and not (roots[0] / "cgroup.controllers").exists():
        yield Lack(
            "the old control groups lack systemd's own hierarchy",
            "mkdir -p /sys/fs/cgroup/systemd && mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd",
        )
    elif os.geteuid() == 0 and not all(os.access(root, os.W_OK) for root in roots):
        yield Lack(
            "control groups are read-only here", "run it on a machine, or in a container started with --privileged"
        )


def _kernel() -> Iterable[Lack]:
    if os.geteuid() != 0:
        return
    if "overlay" not in Path("/proc/filesystems").read_text().split() and not succeeds("modprobe", "overlay"):
        yield Lack("the kernel has no overlay file system", "modprobe overlay")
    for kind, line in (("bridge", ("br0", "type", "bridge")), ("veth", ("v0", "type", "veth"))):
        if _which("ip") and not succeeds("unshare", "--net", "ip", "link", "add", *line):
            yield Lack(f"the kernel has no {kind} interfaces", f"modprobe {kind}")
