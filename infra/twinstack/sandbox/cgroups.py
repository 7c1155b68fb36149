"""Control groups of hosts, in the unified hierarchy or in every one of the old controllers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path("/sys/fs/cgroup")
POWER, MACHINE = "power", "machine"


@dataclass(frozen=True, slots=True)
class Groups:
    """A host's groups, one of each hierarchy: of what powers the machine, and of the machine."""

    power: tuple[str, ...]
    machine: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hierarchies:
    """Where control groups are made; `unified` when there is one hierarchy with all controllers."""

    roots: tuple[Path, ...]
    unified: bool

    def create(self, name: str) -> Groups:
        """Make a host's group in each hierarchy, with all of the machine's CPUs and memory nodes.

        The power supply and the machine get a group each below it: in the unified hierarchy only leaves hold processes.
        """
        if self.unified:
            _pass_controllers_down(self.roots[0])
        for group in (root / name for root in self.roots):
            _make(group)
            if self.unified:
                _pass_controllers_down(group)
            _make(group / POWER)
            _make(group / MACHINE)
        return Groups(
            tuple(str(root / name / POWER) for root in self.roots),
            tuple(str(root / name / MACHINE) for root in self.roots),
        )

    def members(self, name: str) -> frozenset[int]:
        """Numbers of the processes in the group and in those below it."""
        return frozenset(pid for root in self.roots for pid in _members(root / name))

    def remove(self, name: str) -> None:
        """Remove the group and those below it; their last processes may still be leaving."""
        for root in self.roots:
            _remove(root / name)

    def named(self, prefix: str) -> frozenset[str]:
        """Names of the topmost groups that begin with `prefix`."""
        return frozenset(path.name for root in self.roots for path in root.glob(f"{prefix}*") if path.is_dir())


def discover(root: Path = ROOT) -> Hierarchies:
    """Find what this machine has; no roots at all when control groups are not mounted."""
    if (root / "cgroup.controllers").exists():
        return Hierarchies((root,), unified=True)
    directories = (path for path in sorted(root.glob("*")) if not path.is_symlink())
    return Hierarchies(tuple(path for path in directories if (path / "cgroup.procs").exists()), unified=False)


def _pass_controllers_down(root: Path) -> None:
    for controller in (root / "cgroup.controllers").read_text().split():
        with suppress(OSError):  # some controllers cannot be passed on (a real-time one, say); hosts do without
            (root / "cgroup.subtree_control").write_text(f"+{controller}")


def _make(group: Path) -> None:
    """Make a group; an old cpuset group takes no process before it was given CPUs and memory nodes."""
    group.mkdir(exist_ok=True)
    for name in ("cpuset.cpus", "cpuset.mems"):
        inherited, own = group.parent / name, group / name
        if inherited.exists() and own.exists() and not own.read_text().strip():
            own.write_text(inherited.read_text())


def _members(group: Path) -> Iterator[int]:
    for procs in group.rglob("cgroup.procs"):
        with suppress(OSError):  # it went away meanwhile
            yield from (int(line) for line in procs.read_text().split())


@retry(retry=retry_if_exception_type(OSError), stop=stop_after_delay(10), wait=wait_fixed(0.05), reraise=True)
def _remove(group: Path) -> None:
    if not group.exists():
        return
    below = sorted((path for path in group.rglob("*") if path.is_dir()), key=lambda path: -len(path.parts))
    for path in (*below, group):
        path.rmdir()
