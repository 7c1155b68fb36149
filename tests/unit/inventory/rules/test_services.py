from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, broken, case, problems_of

CASES = [
    case(
        "services.control_planes",
        ("name: ctl[1-3]", "name: ctl[1-2]"),
        ("10.1.0.[11-13]", "10.1.0.[11-12]"),
        at="services: [slurm-controller",
        says="2 control planes (ctl[1-2]): an even number",
    ),
    case(
        "services.control_planes",
        ("services: [slurm-controller, kubernetes-control-plane]", "services: [slurm-controller]"),
        at="kubernetes:",
        below="kubernetes:",
        says="no host is a control plane",
    ),
    case(
        "services.slurm_services",
        ("services: [slurm-controller, kubernetes-control-plane]", "services: [kubernetes-control-plane]"),
        at="slurm:",
        below="slurm:",
        says="no host is a slurm-controller",
    ),
    case(
        "services.slurm_services",
        ("pool: batch\n  - name: gpu", "services: [slurm-accounting]\n    pool: batch\n  - name: gpu"),
        at="services: [slurm-acc",
        below="    rack",
        says="a second slurm-accounting (db1 is one already)",
    ),
    case(
        "services.accounting",
        ("[slurm-accounting, nfs-server]", "[nfs-server]"),
        at="slurm:",
        below="slurm:",
        says="no host is slurm-accounting",
    ),
    case(
        "services.shared_state",
        ("/home/.slurm", "/homes/.slurm"),
        at="state_location",
        says="/homes/.slurm is on no shared mount",
    ),
    case(
        "services.nfs_servers",
        ("server: db1", "server: bd1"),
        at="server:",
        says="bd1 is no host of the site (did you mean db1?)",
    ),
    case("services.nfs_servers", ("server: db1", "server: kube1"), at="server:", says="kube1 is no nfs-server"),
    case("services.nfs_servers", ("server: db1", "server: db1.testbed.example.org"), at="server:", says="write db1"),
    case(
        "services.nfs_servers", ("server: db1", "server: 10.1.0.21"), at="server:", says="10.1.0.21 is db1 (write db1)"
    ),
    case(
        "services.nfs_server_kernels",
        ('distribution: ubuntu\n  release: "24.04"', 'distribution: rocky\n  release: "9"'),
        ("      - /dev/disk/by-id/data2\n", "      - /dev/disk/by-id/data2\n    absent: [kernel-nfs-server]\n"),
        at="services: [slurm-acc",
        says="db1 would serve by nfs-ganesha, which neither rocky 9 nor EPEL has (a host whose kernel has",
    ),
]


def test_debian_and_ubuntu_have_nfs_ganesha(tmp_path: Path) -> None:
    absent = ("      - /dev/disk/by-id/data2\n", "      - /dev/disk/by-id/data2\n    absent: [kernel-nfs-server]\n")
    assert problems_of(broken(absent), tmp_path) == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
