from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "kubernetes.release",
        ("version: 1.35.4", "version: 1.12.0"),
        at="version:",
        says="1.12.0 is not known (known: 1.34.x, 1.35.x, 1.36.x)",
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
        "kubernetes.pod_count",
        ("      tier: services", "      tier: services\n    tuning: {max_pods: 254}"),
        at="tuning:",
        says="254 pods, and a node's range has 253",
    ),
    case(
        "kubernetes.untuned",
        ("    stack: slurm\n  both", "    stack: slurm\n    tuning: {shutdown_grace: 60s}\n  both"),
        at="tuning:",
        says="batch belongs to slurm and has no kubelet",
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
