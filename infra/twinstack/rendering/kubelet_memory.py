"""How much memory a kubelet must leave alone so that what it offers is what the Plan gave to Kubernetes.

Sizes are in MiB here: the kubelet compares the sum of the reservations by NUMA node with the sum of the others
byte by byte and refuses to start when they differ, so nothing may be lost by rounding.

Huge pages are Kubernetes', within its share, and are not reserved: the kubelet takes all that the kernel has from what
it offers as memory (`setters.go`, MachineInfo: "for every huge page reservation, we need to remove it from allocatable
memory") and offers them as resources of their own.
"""

from __future__ import annotations

from twinstack.planning.allocation import numa_node
from twinstack.planning.model import HostPlan
from twinstack.planning.tuning import ROOM, hugepages, taken

MIB = 2**20
# The kubelet's own default; stated because reservations by NUMA node must include it.
EVICTION = 100


def eviction(host: HostPlan) -> int:
    """MiB of free memory below which the kubelet evicts pods."""
    wanted = host.pool.tuning.eviction_memory if host.pool else None
    return EVICTION if wanted is None else max(1, wanted // MIB)


def reserved(host: HostPlan) -> int:
    """MiB of the machine that are not Kubernetes', rounded up; never less than what eviction needs."""
    share = host.allocation.kubernetes
    if share is None:
        return eviction(host)
    return max(eviction(host), -(-(host.hardware.memory - share.whole_memory) // MIB))


def system_reserved(host: HostPlan) -> int:
    """MiB beside the eviction threshold, which the kubelet subtracts by itself."""
    return reserved(host) - eviction(host)


def numa_nodes(host: HostPlan) -> int:
    """NUMA nodes that the kubelet will see."""
    hardware = host.hardware
    return 1 if "numa" in hardware.absent else hardware.sockets * hardware.numa_per_socket


def offered(host: HostPlan) -> int:
    """Bytes that a node whose machine shows all of its memory offers to pods beside its huge pages."""
    return host.hardware.memory - reserved(host) * MIB - host.hardware.hugepage_memory


def by_numa_node(host: HostPlan) -> tuple[int, ...]:
    """The reserved MiB of each NUMA node: where the cores are that are not Kubernetes', as far as there is room."""
    nodes = numa_nodes(host)
    rooms = rooms_of(host, nodes)
    left, shares = reserved(host), [0] * nodes
    weights = _foreign_cores(host, nodes)
    for node in sorted(range(nodes), key=lambda node: -weights[node]):
        fair = -(-reserved(host) * weights[node] // (sum(weights) or 1))
        shares[node] = min(left, fair, rooms[node])
        left -= shares[node]
    return _place_rest(shares, left, rooms)


def rooms_of(host: HostPlan, nodes: int) -> tuple[int, ...]:
    """MiB of each NUMA node that may be reserved; a reservation beyond what a node shows makes the kubelet miscount.

    Huge pages are not for reservations, and a node shows a little less than what is sold; where that little is needed
    for the sum, it counts.
    """
    pages = list(hugepages(host.hardware, host.allocation))
    held = [taken(pages, node) for node in range(nodes)] if nodes > 1 else [host.hardware.hugepage_memory]
    whole = [max(0, host.hardware.memory // nodes - size) // MIB for size in held]
    shown = [size * ROOM[0] // ROOM[1] for size in whole]
    return tuple(shown if sum(shown) >= reserved(host) else whole)


def _foreign_cores(host: HostPlan, nodes: int) -> list[int]:
    """Cores of each NUMA node that are not Kubernetes'; all nodes alike where it has every core."""
    share = host.allocation.kubernetes
    owned = set(share.cores) if share else set()
    weights = [0] * nodes
    for core in set(range(host.hardware.cores)) - owned:
        weights[numa_node(host.hardware, core) if nodes > 1 else 0] += 1
    return weights if any(weights) else [1] * nodes


def _place_rest(shares: list[int], rest: int, rooms: tuple[int, ...]) -> tuple[int, ...]:
    """What did not fit beside its cores goes where there is room, first node first; the last one bears the sum."""
    placed = []
    for share, room in zip(shares[:-1], rooms[:-1], strict=True):
        more = min(rest, room - share)
        rest -= more
        placed.append(share + more)
    return (*placed, shares[-1] + rest)
