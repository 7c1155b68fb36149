from __future__ import annotations

import pytest

from twinstack.inventory.defaults import SLURM_RELEASES
from twinstack.inventory.slurm_releases import TABLE, Trait, has


def test_every_trait_has_a_row_with_a_source_and_known_releases() -> None:
    assert set(TABLE) == set(Trait)
    for row in TABLE.values():
        assert row.what
        assert row.source
        assert {row.first, row.last} <= {None, *SLURM_RELEASES}
        assert row.first or row.last


@pytest.mark.parametrize(
    ("trait", "releases"),
    [
        (Trait.CGROUP_AUTOMOUNT, SLURM_RELEASES[:3]),
        (Trait.CGROUP_AUTODETECT, SLURM_RELEASES[1:]),
        (Trait.CONS_RES, SLURM_RELEASES[:3]),
        (Trait.SACKD, SLURM_RELEASES[3:]),
        (Trait.THREE_BACK, SLURM_RELEASES[5:]),
        (Trait.TOPOLOGY_YAML, SLURM_RELEASES[-1:]),
    ],
)
def test_a_span_includes_both_ends(trait: Trait, releases: tuple[str, ...]) -> None:
    assert tuple(release for release in SLURM_RELEASES if has(release, trait)) == releases
