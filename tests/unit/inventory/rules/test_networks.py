from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "networks.overlaps",
        ("cidr: 10.2.0.0/16", "cidr: 10.1.128.0/17"),
        at="cidr: 10.1.128",
        says="network fabric (10.1.128.0/17) overlaps network management (10.1.0.0/16)",
    ),
    case(
        "networks.overlaps",
        ("service_cidr: 10.96.0.0/16", "service_cidr: 10.128.64.0/20"),
        at="service_cidr",
        says="the service range (10.128.64.0/20) overlaps the pod range (10.128.0.0/16)",
    ),
    case(
        "networks.overlaps",
        ("pod_cidr: 10.128.0.0/16", "pod_cidr: 10.2.0.0/16"),
        at="pod_cidr",
        says="the pod range (10.2.0.0/16) overlaps network fabric",
    ),
    case(
        "networks.pod_range",
        ("pod_cidr: 10.128.0.0/16", "pod_cidr: 10.128.0.0/21"),
        at="pod_cidr",
        says="10.128.0.0/21 has a /24 for 8 hosts, and 12 run Kubernetes (a range of prefix /20 or shorter)",
    ),
    case(
        "networks.pod_range",
        ("cni: calico", "cni: bridge"),
        ("kube[1-3]\n    hardware", "kube[1-63]\n    hardware"),
        ("10.1.4.[1-3]", "10.1.4.[1-63]"),
        at="cni:",
        says="bridge routes statically between up to 64 hosts, and 72 run Kubernetes",
    ),
    case(
        "networks.service_range",
        ("service_cidr: 10.96.0.0/16", "service_cidr: 10.96.0.0/11"),
        at="service_cidr",
        says="/11 is no size for the service range",
    ),
    case(
        "networks.secondary_networks",
        ("network: fabric\n      type: macvlan", "network: fabrc\n      type: macvlan"),
        at="network: fabrc",
        says="there is no network fabrc (did you mean fabric?)",
    ),
    case(
        "networks.secondary_networks",
        ("namespaces: [climate]", "namespaces: [climat]"),
        at="namespaces:",
        says="there is no project climat (did you mean climate?)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
