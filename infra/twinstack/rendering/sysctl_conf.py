"""Kernel settings of every host: /etc/sysctl.d/90-twinstack.conf."""

from __future__ import annotations

NETWORK = {
    "net.core.somaxconn": 4096,  # bursts of connections when a whole partition registers at once
}
"""Settings that each network namespace has for itself."""

KERNEL = {
    "fs.inotify.max_user_instances": 8192,  # each pod's log follower and each kubelet watch takes one
    "fs.inotify.max_user_watches": 1048576,
    "kernel.pid_max": 4194304,  # dense nodes run more threads than the historic limit
    "net.ipv4.neigh.default.gc_thresh1": 8192,  # 1,000 neighbours overflow the usual table of 1,024
    "net.ipv4.neigh.default.gc_thresh2": 16384,
    "net.ipv4.neigh.default.gc_thresh3": 32768,
    "vm.max_map_count": 1048576,  # large solvers and search engines map many files
    "vm.swappiness": 10,
}
"""Settings of the machine's one kernel."""


def text(*, own_kernel: bool) -> str:
    """The file's text; a host that shares its kernel with others only gets what is its own."""
    settings = {**NETWORK, **(KERNEL if own_kernel else {})}
    return "".join(f"{key} = {value}\n" for key, value in sorted(settings.items()))
