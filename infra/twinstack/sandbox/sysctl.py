"""Kernel settings that hosts share with the machine: kept before the first sandbox, put back after the last."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from twinstack.sandbox.lock import drop, locked

# What kubelets, container runtimes and tuning roles set. Settings of networks are not here: each host has its own.
SHARED = (
    "fs/file-max",
    "fs/inotify/max_queued_events",
    "fs/inotify/max_user_instances",
    "fs/inotify/max_user_watches",
    "fs/nr_open",
    "kernel/keys/root_maxbytes",
    "kernel/keys/root_maxkeys",
    "kernel/numa_balancing",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/pid_max",
    "kernel/randomize_va_space",
    "kernel/threads-max",
    "net/core/bpf_jit_limit",
    "net/netfilter/nf_conntrack_max",
    "vm/max_map_count",
    "vm/min_free_kbytes",
    "vm/nr_hugepages",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "vm/swappiness",
    "vm/zone_reclaim_mode",
)
# Every host's systemd, kubelet and container runtime watch files; a machine's own limit is reached with the tenth host.
AT_LEAST = {"fs/inotify/max_user_instances": 8192, "fs/inotify/max_user_watches": 524288}
ROOT = Path("/proc/sys")


def keep(path: Path, root: Path = ROOT) -> None:
    """Write the present settings to `path`, unless an earlier sandbox did."""
    with locked(path.with_suffix(".lock")):
        if not path.exists():
            found = {name: (root / name).read_text().strip() for name in SHARED if (root / name).is_file()}
            scratch = path.with_suffix(".new")
            scratch.write_text(json.dumps(found, indent=1) + "\n")
            scratch.rename(path)


def raise_limits(root: Path = ROOT) -> None:
    """Raise what the machine limits too low for many hosts; after the settings were kept."""
    for name, least in AT_LEAST.items():
        path = root / name
        if int(path.read_text()) < least:
            path.write_text(str(least))


def put_back(path: Path, unless: Callable[[], bool], root: Path = ROOT) -> tuple[str, ...]:
    """Set what differs from the kept settings as it was, `unless` sandboxes are left; returns what was set."""
    with locked(path.with_suffix(".lock")):
        if unless():
            return ()
        drop(path.with_suffix(".lock"))
        if not path.exists():
            return ()
        kept: dict[str, str] = json.loads(path.read_text())
        changed = tuple(name for name, value in kept.items() if (root / name).read_text().strip() != value)
        for name in changed:
            with suppress(OSError):  # a value that the kernel refuses now cannot be helped, the others can
                (root / name).write_text(kept[name])
        path.unlink()
    return changed
