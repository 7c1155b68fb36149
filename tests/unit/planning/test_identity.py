from __future__ import annotations

from twinstack.planning.identity import FIRST_GID, GIDS, project_gids

NAMES = [f"project-{index}" for index in range(300)]


def test_numbers_are_unique_and_in_range() -> None:
    gids = project_gids(NAMES)
    assert len(set(gids.values())) == len(NAMES)
    assert all(FIRST_GID <= gid < FIRST_GID + GIDS for gid in gids.values())


def test_the_order_in_the_inventory_does_not_matter() -> None:
    assert project_gids(reversed(NAMES)) == project_gids(NAMES)


def test_a_project_keeps_its_number_when_another_comes() -> None:
    before = project_gids(["climate", "genomics"])
    after = project_gids(["astro", "climate", "genomics"])
    assert {name: after[name] for name in before} == before


def test_the_numbers_are_those_of_files_already_written() -> None:
    assert project_gids(["climate", "genomics"]) == {"climate": 42023, "genomics": 31740}
