"""How much memory a kubelet must leave alone so that what it offers is what the Plan gave to Kubernetes.

Sizes are in MiB here: the kubelet compares the sum of the reservations by NUMA node with the sum of the others
byte by byte and refuses to start when they differ, so nothing may be lost by rounding.
"""

from __future__ import annotations

from twinstack.planning.allocation import numa_node
from twinstack.planning.model import HostPlan

MIB = 2**20
# The kubelet's own default; stated because reservations by NUMA node must include it.
EVICTION = 100
# The part of a NUMA node's memory that surely remains when firmware and kernel have taken theirs.
SHOWN = (15, 16)


def eviction(host: HostPlan) -> int:
    """MiB of free memory below which the kubelet evicts pods."""
    wanted = host.pool.tuning.eviction_memory if host.pool else None
    return EVICTION if wanted is None else max(1, wanted // MIB)


def reserved(host: HostPlan) -> int:
    """MiB of the machine that are not Kubernetes', rounded up; never less than what eviction needs."""
    share = host.allocation.kubernetes
    if share is None:
        return eviction(host)
    return max(eviction(host), -(-(host.hardware.memory - share.memory) // MIB))


def system_reserved(host: HostPlan) -> int:
    """MiB beside the eviction threshold, which the kubelet subtracts by itself."""
    return reserved(host) - eviction(host)


def numa_nodes(host: HostPlan) -> int:
    """NUMA nodes that the kubelet will see."""
    hardware = host.hardware
    return 1 if "numa" in hardware.absent else hardware.sockets * hardware.numa_per_socket


def by_numa_node(host: HostPlan) -> tuple[int, ...]:
    """The reserved MiB of each NUMA node: where the cores are that are not Kubernetes', as far as there is room."""
    nodes = numa_nodes(host)
    room = room_of(host, nodes)
    left, shares = reserved(host), [0] * nodes
    weights = _foreign_cores(host, nodes)
    for node in sorted(range(nodes), key=lambda node: -weights[node]):
        fair = -(-reserved(host) * weights[node] // (sum(weights) or 1))
        shares[node] = min(left, fair, room)
        left -= shares[node]
    return _place_rest(shares, left, room)


def room_of(host: HostPlan, nodes: int) -> int:
    """MiB of each NUMA node that may be reserved; a reservation beyond what a node shows makes the kubelet miscount.

    Huge pages are not for reservations, and a node shows a little less than what is sold.
    """
    pages = sum(size * count for size, count in host.hardware.hugepages.items())
    return (host.hardware.memory - pages) // MIB // nodes * SHOWN[0] // SHOWN[1]


def _foreign_cores(host: HostPlan, nodes: int) -> list[int]:
    """Cores of each NUMA node that are not Kubernetes'; all nodes alike where it has every core."""
    share = host.allocation.kubernetes
    owned = set(share.cores) if share else set()
    weights = [0] * nodes
    for core in set(range(host.hardware.cores)) - owned:
        weights[numa_node(host.hardware, core) if nodes > 1 else 0] += 1
    return weights if any(weights) else [1] * nodes


def _place_rest(shares: list[int], rest: int, room: int) -> tuple[int, ...]:
    """What did not fit beside its cores goes where there is room, first node first; the last one bears the sum."""
    placed = []
    for share in shares[:-1]:
        more = min(rest, room - share)
        rest -= more
        placed.append(share + more)
    return (*placed, shares[-1] + rest)
