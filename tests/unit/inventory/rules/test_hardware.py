from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case("hardware.gpu_numa", ("numa: [0, 1, 2, 3]", "numa: [0, 1, 2]"), at="numa:", says="3 NUMA nodes for 4 GPUs"),
    case(
        "hardware.gpu_numa",
        ("numa: [0, 1, 2, 3]", "numa: [0, 1, 2, 4]"),
        at="numa:",
        says="there is no NUMA node 4 (2 sockets x 2 = 4 nodes, 0 to 3)",
    ),
    case(
        "hardware.cores_and_numa",
        ("numa_per_socket: 2", "numa_per_socket: 17"),
        at="numa_per_socket",
        says="17 NUMA nodes for the 16 cores of a socket",
    ),
    case(
        "hardware.nic_networks",
        ("network: fabric\n        rdma", "network: fabrik\n        rdma"),
        at="network: fabrik",
        says="there is no network fabrik (did you mean fabric?)",
    ),
    case(
        "hardware.nic_networks", ("name: ib1", "name: ib0"), at="- name: ib0", below="        rdma", says="ib0 is taken"
    ),
    case(
        "hardware.rdma",
        ("kind: roce", "kind: ethernet"),
        at="rdma: true",
        says="RDMA on fabric, which is plain ethernet",
    ),
    case("hardware.mtu", ("mtu: 9000", "mtu: 65520"), at="mtu:", says="65520 bytes are too many for roce"),
    case(
        "hardware.hugepages",
        ("1GiB: 32", "1GiB: 512"),
        at="hugepages:",
        says="huge pages take 524288 MiB of 524288 MiB",
    ),
    case(
        "hardware.disks",
        ("- /dev/disk/by-id/data2", "- /dev/sdb"),
        at="disks:",
        says="/dev/sdb may name another disk after a reboot",
    ),
    case(
        "hardware.disks",
        ("- /dev/disk/by-id/data2", '- "/dev/disk/by-id/data[1-2]"'),
        at="disks:",
        says="/dev/disk/by-id/data1 listed twice",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
