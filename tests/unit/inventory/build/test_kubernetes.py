from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, broken, case, problems_of
from twinstack.inventory.load import load

POD = "    pod_cidr: 10.128.0.0/16\n"
SERVICE = "    service_cidr: 10.96.0.0/16\n"
CASES = [
    case(
        "pod range",
        (POD, ""),
        ("cidr: 10.2.0.0/16", "cidr: 10.240.0.0/12"),
        at="networking:",
        says="missing, and the usual 10.244.0.0/16 overlaps network fabric (10.240.0.0/12) (give pod_cidr a range",
    ),
    case(
        "service range",
        (SERVICE, ""),
        (POD, "    pod_cidr: 10.100.0.0/16\n"),
        at="networking:",
        says="missing, and the usual 10.96.0.0/12 overlaps pod_cidr (10.100.0.0/16)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_usual_ranges_are_taken_only_where_they_are_free(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)


def test_usual_ranges(tmp_path: Path) -> None:
    assert problems_of(broken((POD, ""), (SERVICE, "")), tmp_path) == ()
    kubernetes = load(tmp_path / "site.yaml").kubernetes
    assert kubernetes is not None
    assert str(kubernetes.networking.pod_cidr) == "10.244.0.0/16"
    assert str(kubernetes.networking.service_cidr) == "10.96.0.0/12"
    assert kubernetes.endpoint == "10.1.0.10:6443"
