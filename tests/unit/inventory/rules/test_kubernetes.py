from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "kubernetes.release",
        ("version: 1.35.4", "version: 1.12.0"),
        at="version:",
        says="1.12.0 is not known (known: 1.35.x)",
    ),
    case(
        "kubernetes.pod_network",
        ("kueue: {}", "calico: false"),
        at="calico:",
        says="calico is switched off, and networking.cni is calico",
    ),
    case(
        "kubernetes.pod_network",
        ("kueue: {}", "cilium: {}"),
        at="cilium:",
        says="cilium is switched on, and networking.cni is calico",
    ),
    case(
        "kubernetes.needed",
        ("multus: {}", "multus: false"),
        at="multus:",
        says="off, but kubernetes.secondary_networks needs it",
    ),
    case("kubernetes.needed", ("kueue: {}", "kwok: false"), at="kwok:", says="off, but a simulated host needs it"),
    case(
        "kubernetes.needed", ("kueue: {}", "rook-ceph: false"), at="rook-ceph:", says="off, but storage.ceph needs it"
    ),
    case(
        "kubernetes.image_mirror",
        ("mirror: /srv/images", "mirror: images"),
        at="mirror: images",
        says="images is relative",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
