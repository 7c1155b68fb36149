"""What hosts on this machine can do, found out once and said in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twinstack.sandbox.command import succeeds


@dataclass(frozen=True, slots=True)
class Capability:
    """Something that hosts on metal have; `reason` says why the hosts here have it or lack it."""

    name: str
    meaning: str
    present: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Machine:
    """Where to look; the places are given so that tests can make up a machine."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")

    def filesystem(self, name: str) -> bool:
        """Whether the kernel has a file system, loading its module where it is one."""
        if self._has_filesystem(name):
            return True
        return succeeds("modprobe", "--quiet", name) and self._has_filesystem(name)

    def _has_filesystem(self, name: str) -> bool:
        return name in (self.proc / "filesystems").read_text().split()


def probe(machine: Machine | None = None) -> tuple[Capability, ...]:
    """Find out every capability that an inventory may call absent."""
    where = machine or Machine()
    return (
        _cgroup2(where),
        _nfs_client(where),
        _nfs_server(),
        _oom_score_adjust(),
        _apparmor(where),
        _own_memory(),
        _clock(),
        _numa(where),
    )


def absent(capabilities: tuple[Capability, ...]) -> tuple[str, ...]:
    """Names of what is not here, as an inventory lists them."""
    return tuple(capability.name for capability in capabilities if not capability.present)


def _cgroup2(where: Machine) -> Capability:
    present = (where.sys / "fs/cgroup/cgroup.controllers").exists()
    reason = (
        "one hierarchy with all controllers" if present else "this machine has a hierarchy per controller (version 1)"
    )
    return Capability("cgroup2", "control groups version 2", present, reason)


def _nfs_client(where: Machine) -> Capability:
    present = where.filesystem("nfs4")
    reason = "the kernel has it" if present else "the kernel has no NFS client; exports are checked at protocol level"
    return Capability("kernel-nfs-client", "mounting NFS", present, reason)


def _nfs_server() -> Capability:
    reason = "hosts share the machine's kernel, whose exports are the machine's; a user-space server serves instead"
    return Capability("kernel-nfs-server", "exporting NFS from the kernel", present=False, reason=reason)


def _oom_score_adjust() -> Capability:
    present = succeeds("choom", "-n", "-999", "--", "true")
    reason = "allowed" if present else "this machine does not allow it (CAP_SYS_RESOURCE)"
    return Capability("oom-score-adjust", "sparing daemons when memory runs out", present, reason)


def _apparmor(where: Machine) -> Capability:
    enabled = where.sys / "module/apparmor/parameters/enabled"
    on = enabled.exists() and enabled.read_text().strip() == "Y"
    reason = "hosts share the machine's profiles and may not load their own" if on else "the kernel runs without it"
    return Capability("apparmor", "AppArmor profiles of containers", present=False, reason=reason)


def _own_memory() -> Capability:
    reason = "every host sees the whole machine's memory and disk"
    return Capability("own-memory", "memory and disk of each host's own", present=False, reason=reason)


def _clock() -> Capability:
    reason = "hosts share the machine's clock, which they must not set; time servers are asked and compared with it"
    return Capability("clock", "setting the clock", present=False, reason=reason)


def _numa(where: Machine) -> Capability:
    nodes = len(list((where.sys / "devices/system/node").glob("node[0-9]*")))
    return Capability("numa", "several NUMA nodes", nodes > 1, f"{max(nodes, 1)} node{'s' * (nodes > 1)}")


@dataclass(frozen=True, slots=True)
class Topology:
    """The machine's processors as every host sees them."""

    sockets: int
    cores_per_socket: int
    threads_per_core: int


def topology(sys: Path = Path("/sys")) -> Topology:
    """Read the machine's processors; an uneven machine counts as one socket of single-threaded cores."""
    found = [_place(path) for path in (sys / "devices/system/cpu").glob("cpu[0-9]*") if (path / "topology").exists()]
    sockets, cores = {socket for socket, _ in found}, set(found)
    if not found:
        return Topology(1, 1, 1)
    if len(cores) % len(sockets) or len(found) % len(cores):
        return Topology(1, len(found), 1)
    return Topology(len(sockets), len(cores) // len(sockets), len(found) // len(cores))


def _place(cpu: Path) -> tuple[int, int]:
    names = ("physical_package_id", "core_id")
    socket, core = (int((cpu / "topology" / name).read_text()) for name in names)
    return socket, core
