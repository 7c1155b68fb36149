"""Hardware classes: parts that add up and can be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.hostlists import doubles, fold
from twinstack.inventory.model import Hardware, Site
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import rule
from twinstack.inventory.wording import did_you_mean

STABLE = "/dev/disk/by-"
LARGEST_ETHERNET_MTU = 9216


@rule("hardware.*.gpus", "hardware.*.sockets", "hardware.*.numa_per_socket")
def gpu_numa(site: Site) -> Iterator[Finding]:
    """Each GPU is on a NUMA node that the machine has."""
    for hardware in site.hardware.values():
        place = ("hardware", hardware.name, "gpus", "numa")
        numa = hardware.gpus.numa if hardware.gpus else ()
        nodes = hardware.sockets * hardware.numa_per_socket
        if numa and len(numa) != hardware.gpu_count:
            yield Finding(place, f"{len(numa)} NUMA nodes for {hardware.gpu_count} GPUs", "one for each GPU")
        if absent := sorted({node for node in numa if node >= nodes}):
            arithmetic = f"{hardware.sockets} sockets x {hardware.numa_per_socket} = {nodes} nodes, 0 to {nodes - 1}"
            yield Finding(place, f"there is no NUMA node {', '.join(map(str, absent))}", arithmetic)


@rule("hardware.*.cores_per_socket", "hardware.*.numa_per_socket")
def cores_and_numa(site: Site) -> Iterator[Finding]:
    """Every NUMA node has cores."""
    for hardware in site.hardware.values():
        if hardware.numa_per_socket > hardware.cores_per_socket:
            what = f"{hardware.numa_per_socket} NUMA nodes for the {hardware.cores_per_socket} cores of a socket"
            yield Finding(("hardware", hardware.name, "numa_per_socket"), what, "each node has cores of its own")


@rule("hardware.*.nics", "networks.*")
def nic_networks(site: Site) -> Iterator[Finding]:
    """A port is connected to a network of the site, and its name is its own."""
    for hardware in site.hardware.values():
        names = [nic.name for nic in hardware.nics]
        for index, nic in enumerate(hardware.nics):
            place = ("hardware", hardware.name, "nics", index)
            if nic.network not in site.networks:
                hint = did_you_mean(nic.network, site.networks)
                yield Finding((*place, "network"), f"there is no network {nic.network}", hint)
            if nic.name in names[:index]:
                yield Finding((*place, "name"), f"{nic.name} is taken", "a port has one owner and one name")


@rule("hardware.*.nics", "networks.*.kind")
def rdma(site: Site) -> Iterator[Finding]:
    """RDMA needs a fabric that carries it."""
    for hardware in site.hardware.values():
        for index, nic in enumerate(hardware.nics):
            network = site.networks.get(nic.network)
            if nic.rdma and network and network.kind == "ethernet":
                what = f"RDMA on {network.name}, which is plain ethernet"
                yield Finding(("hardware", hardware.name, "nics", index, "rdma"), what, "kind: roce, or infiniband")


@rule("networks.*.kind", "networks.*.mtu")
def mtu(site: Site) -> Iterator[Finding]:
    """Ethernet frames have an end."""
    for network in site.networks.values():
        if network.kind != "infiniband" and network.mtu and network.mtu > LARGEST_ETHERNET_MTU:
            what = f"{network.mtu} bytes are too many for {network.kind}"
            yield Finding(("networks", network.name, "mtu"), what, f"at most {LARGEST_ETHERNET_MTU}")


@rule("hardware.*.memory", "hardware.*.hugepages")
def hugepages(site: Site) -> Iterator[Finding]:
    """Huge pages are part of memory."""
    for hardware in site.hardware.values():
        reserved = hardware.hugepage_memory
        if reserved >= hardware.memory:
            what = f"huge pages take {reserved >> 20} MiB of {hardware.memory >> 20} MiB"
            yield Finding(("hardware", hardware.name, "hugepages"), what, "leave memory for everything else")


@rule("hardware.*.disks")
def disks(site: Site) -> Iterator[Finding]:
    """Disks go by a path that survives a reboot, each once."""
    for hardware in site.hardware.values():
        yield from _disks(hardware)


def _disks(hardware: Hardware) -> Iterator[Finding]:
    place = ("hardware", hardware.name, "disks")
    if unstable := [disk for disk in hardware.disks if not disk.startswith(STABLE)]:
        hint = f"a path below {STABLE}id/ or by-path/"
        yield Finding(place, f"{fold(unstable)} may name another disk after a reboot", hint)
    if double := doubles(hardware.disks):
        yield Finding(place, f"{fold(double)} listed twice", "a disk has one owner")
