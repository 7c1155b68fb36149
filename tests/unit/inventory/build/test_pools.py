from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, broken, case, problems_of

BOTH = "      slurm: flex[1-3]\n      kubernetes: flex4\n"
CASES = [
    case("owner", (BOTH, "      slurm: flex[1-4]\n      kubernetes: flex4\n"), at="owner:", says="flex4 owned twice"),
    case(
        "owner", (BOTH, "      slurm: flex[1-2]\n      kubernetes: flex4\n"), at="owner:", says="flex3 owned by nobody"
    ),
    case("owner", (BOTH, "      slurm: flex[1-4],cpu01\n"), at="owner:", says="cpu01 not in this pool"),
    case("owner", (f"    owner:\n{BOTH}", ""), at="swing:", below="pools:", says="a flexible pool needs an owner"),
    case(
        "owner", (BOTH, "      slurm: flex[1-3]\n      kubernets: flex4\n"), at="kubernets:", says="did you mean kube"
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_flexible_hosts_have_one_owner_each(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)


@pytest.mark.parametrize("owner", ["owner: slurm", "owner: kubernetes", "owner: {kubernetes: 'flex[1-4]'}"])
def test_a_pool_can_belong_to_one_stack(owner: str, tmp_path: Path) -> None:
    assert problems_of(broken((f"owner:\n{BOTH}", f"{owner}\n")), tmp_path) == ()
