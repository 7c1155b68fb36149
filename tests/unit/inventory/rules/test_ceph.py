from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, broken, case, problems_of

CASES = [
    case("ceph.hosts", ("hosts: kube[1-3]", "hosts: kube[1-3],kube2"), at="hosts: kube", says="kube2 named twice"),
    case("ceph.hosts", ("hosts: kube[1-3]", "hosts: kube[1-4]"), at="hosts: kube", says="kube4 not among the hosts"),
    case(
        "ceph.hosts",
        ("hosts: kube[1-3]", "hosts: cpu[01-03]"),
        at="hosts: cpu",
        says="cpu[01-03] not in a Kubernetes pool, or simulated",
    ),
    case(
        "ceph.devices",
        ("- /dev/disk/by-id/data1\n    block", "- /dev/disk/by-id/data9\n    block"),
        at="devices:",
        says="hardware small has no /dev/disk/by-id/data9",
    ),
    case(
        "ceph.devices",
        ("- /dev/disk/by-id/data1\n    block", "- /dev/disk/by-id/data1\n      - /dev/disk/by-id/data1\n    block"),
        at="devices:",
        says="/dev/disk/by-id/data1 listed twice",
    ),
    case("ceph.replicas", ("replicas: 3", "replicas: 4"), at="replicas:", says="4 copies on 3 hosts"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)


def test_devices_go_by_stable_paths(tmp_path: Path) -> None:
    text = broken(("- /dev/disk/by-id/data1\n    block", "- /dev/nvme[1-2]n1\n    block"))
    unstable, absent = problems_of(text, tmp_path)
    assert {unstable.what, absent.what} == {
        "/dev/nvme[1-2]n1 may name another disk after a reboot",
        "hardware small has no /dev/nvme[1-2]n1",
    }
